using Status = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Health;

/// <summary>Where a reader of the groups stands, worst first.</summary>
internal sealed record GroupKey(Status Status, int Agents, string Name, Guid StackId, string Condition)
{
    public static GroupKey Of(GroupRow row) => new(row.Status, row.Agents, row.Name, row.StackId, row.Condition);
}
