using Brokkr.Broker.Rest;
using Order = Brokkr.V1.StackOrder.Types.Word;
using Status = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Fleet;

/// <summary>Which stacks are asked for. All filters must hold; of several statuses one.</summary>
internal sealed record StackFilter
{
    /// <summary>The whole name; empty for every one.</summary>
    public string Name { get; init; } = "";

    /// <summary>A part of the name, in whichever case; empty for every one.</summary>
    public string Text { get; init; } = "";

    /// <summary>The overall statuses; distinct, every one where it is empty.</summary>
    public Status[] Statuses { get; init; } = [];

    /// <summary>Whether what the stacks hold is asked for.</summary>
    public bool WithSummary { get; init; }

    /// <summary>In which order the stacks come.</summary>
    public Order Order { get; init; } = Order.Name;

    public static StackFilter Of(Wire.ListStacksRequest request)
    {
        var statuses = request.Status.Where(s => s != Status.Unspecified).Distinct().ToArray();
        return new()
        {
            Name = Requests.Text(request.Name, "name"),
            Text = Requests.Text(request.Text, "text"),
            Statuses = statuses.All(HealthWords.WorstFirst.Contains)
                ? statuses
                : throw Errors.Invalid("status", "must be failing, degraded, unknown or healthy."),
            WithSummary = request.WithSummary,
            Order = request.OrderBy switch
            {
                Order.Unspecified => Order.Name,
                Order.Name or Order.Severity => request.OrderBy,
                _ => throw Errors.Invalid("order_by", "must be name or severity."),
            },
        };
    }
}
