using Order = Brokkr.V1.AgentOrder.Types.Word;
using Status = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Fleet;

/// <summary>Where a reader of the agents stands, in one of the orders.</summary>
/// <param name="Status">In the order of severity, the overall status of the last agent.</param>
/// <param name="LastSeenAt">In the order of silence, when the last agent was heard; null where it never was.</param>
internal sealed record AgentKey(
    string Name, Order Order = Order.Name, Status? Status = null, DateTimeOffset? LastSeenAt = null)
{
    public static AgentKey Of(AgentRow row, Order order) => order switch
    {
        Order.Severity => new(row.Name, order, Status: row.Counts.Worst),
        Order.LastSeenAt => new(row.Name, order, LastSeenAt: row.LastSeenAt),
        _ => new(row.Name),
    };

    /// <summary>Whether the key is one of the order.</summary>
    public bool IsOf(Order order) => Order == order && (Status is not null) == (order == Order.Severity);
}
