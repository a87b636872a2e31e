namespace Brokkr.Broker.Health;

/// <summary>A deployment object that an agent runs and whose report left it out.</summary>
internal sealed class MissingRow
{
    public Guid AgentId { get; set; }

    public Guid Id { get; set; }
}
