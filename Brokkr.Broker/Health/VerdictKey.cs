using Brokkr.Broker.Fleet;
using Order = Brokkr.V1.HealthOrder.Types.Word;
using Status = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Health;

/// <summary>
/// Where a reader of the fleet's verdicts stands, in one of the orders: by name, deployment object and agent, of which nothing ever
/// changes; by status and then likewise; or by the moment of the last change, deployment object and agent.
/// </summary>
/// <param name="Status">In the order of severity, the status that is being read.</param>
/// <param name="Since">In the order of changes, when that of the last row was.</param>
internal sealed record VerdictKey(
    string Name, Guid ObjectId, Guid AgentId, Order Order = Order.Name, Status? Status = null, DateTimeOffset? Since = null)
{
    public static readonly VerdictKey First = new("", Guid.Empty, Guid.Empty);

    /// <summary>The key of a row.</summary>
    public static VerdictKey Of(VerdictRow row, Order order) => order switch
    {
        Order.Severity => new(row.Name, row.Id, row.AgentId!.Value, order, Status: row.Status),
        Order.Since => new("", row.Id, row.AgentId!.Value, order, Since: row.SinceKey),
        _ => new(row.Name, row.Id, row.AgentId!.Value),
    };

    /// <summary>Whether the key is one of the order.</summary>
    public bool IsOf(Order order) => Order == order && order switch
    {
        Order.Severity => Status is { } status && HealthWords.WorstFirst.Contains(status) && Since is null,
        Order.Since => Status is null && Since is not null,
        _ => Status is null && Since is null,
    };
}
