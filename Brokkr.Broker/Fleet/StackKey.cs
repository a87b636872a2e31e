using Order = Brokkr.V1.StackOrder.Types.Word;
using Status = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Fleet;

/// <summary>Where a reader of the stacks stands, in one of the orders.</summary>
/// <param name="Status">In the order of severity, the overall status of the last stack.</param>
internal sealed record StackKey(string Name, Order Order = Order.Name, Status? Status = null)
{
    public static StackKey Of(StackRow row, Order order) =>
        order == Order.Severity ? new(row.Name, order, row.Counts.Worst) : new(row.Name);

    /// <summary>Whether the key is one of the order.</summary>
    public bool IsOf(Order order) => Order == order && (Status is not null) == (order == Order.Severity);
}
