namespace Brokkr.Broker.Health;

/// <summary>
/// Where a reader of the fleet's verdicts stands, which are ordered by name, deployment object and agent: nothing of that ever changes.
/// </summary>
internal sealed record VerdictKey(string Name, Guid ObjectId, Guid AgentId)
{
    public static readonly VerdictKey First = new("", Guid.Empty, Guid.Empty);
}
