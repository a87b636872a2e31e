using Brokkr.Broker.Rest;
using Order = Brokkr.V1.AgentOrder.Types.Word;
using State = Brokkr.V1.AgentState.Types.Word;

namespace Brokkr.Broker.Fleet;

/// <summary>Which agents are asked for. All filters must hold; of several states one.</summary>
internal sealed record AgentFilter
{
    /// <summary>Distinct; every state where it is empty.</summary>
    public State[] States { get; init; } = [];

    /// <summary>The whole name; empty for every one.</summary>
    public string Name { get; init; } = "";

    /// <summary>A part of the name, in whichever case; empty for every one.</summary>
    public string Text { get; init; } = "";

    /// <summary>A stack that they are targeted at; null for whichever.</summary>
    public Guid? StackId { get; init; }

    /// <summary>In which order the agents come.</summary>
    public Order Order { get; init; } = Order.Name;

    public static AgentFilter Of(Wire.ListAgentsRequest request)
    {
        var states = request.State.Where(s => s != State.Unspecified).Distinct().ToArray();
        return new()
        {
            States = states.All(s => s is State.Reporting or State.Silent or State.Never)
                ? states
                : throw Errors.Invalid("state", "must be reporting, silent or never."),
            Name = Requests.Text(request.Name, "name"),
            Text = Requests.Text(request.Text, "text"),
            Order = request.OrderBy switch
            {
                Order.Unspecified => Order.Name,
                Order.Name or Order.Severity or Order.LastSeenAt => request.OrderBy,
                _ => throw Errors.Invalid("order_by", "must be name, severity or last_seen_at."),
            },
        };
    }
}
