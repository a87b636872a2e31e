using Brokkr.Broker.Fleet;

namespace Brokkr.Broker.Health;

/// <summary>A standing deployment object of a stack, with how many agents say what of it.</summary>
internal sealed class HeldRow
{
    public required Guid Id { get; set; }

    public required string Name { get; set; }

    public required int Revision { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    public int Failing { get; set; }

    public int Degraded { get; set; }

    public int Unknown { get; set; }

    public int Healthy { get; set; }

    public StatusCounts Counts => new(Failing, Degraded, Unknown, Healthy);
}
