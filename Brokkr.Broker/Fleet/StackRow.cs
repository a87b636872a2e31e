using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Broker.Fleet;

/// <summary>A row of <c>stacks</c>, with what it holds where the query counted that.</summary>
internal sealed class StackRow
{
    public required Guid Id { get; set; }

    public required string Name { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>How many deployment objects it has; null where that was not counted, and neither was the rest.</summary>
    public int? Objects { get; set; }

    /// <summary>How many agents are targeted at it.</summary>
    public int Agents { get; set; }

    public int Failing { get; set; }

    public int Degraded { get; set; }

    public int Unknown { get; set; }

    public int Healthy { get; set; }

    /// <summary>How many of its verdicts have each status.</summary>
    public StatusCounts Counts => new(Failing, Degraded, Unknown, Healthy);

    public Wire.Stack ToWire() => new()
    {
        Id = Id.ToString(),
        Name = Name,
        CreatedAt = CreatedAt.ToTimestamp(),
        Summary = Objects is not { } objects ? null : new()
        {
            DeploymentObjects = objects,
            Agents = Agents,
            Counts = Counts.ToWire(),
            OverallStatus = Counts.Worst,
        },
    };
}
