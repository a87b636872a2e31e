namespace Brokkr.Broker.Health;

/// <summary>A stack's deployment objects on agents at one moment, by the status that counts then.</summary>
internal sealed class StackSampleRow
{
    public required string Name { get; set; }

    public int Failing { get; set; }

    public int Degraded { get; set; }

    public int Unknown { get; set; }

    public int Healthy { get; set; }
}
