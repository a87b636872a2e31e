using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health.Findings;
using Brokkr.Agent.Targets;

namespace Brokkr.Agent.Health;

/// <summary>One deployment object: what was judged, what was sent, and what the judgement rests on.</summary>
internal sealed class KeptVerdict(Assignment assignment, KeptVerdict? before)
{
    private UInt128? _sent = before?._sent;

    public Assignment Assignment { get; } = assignment;

    public Lookups Lookups { get; } = new();

    /// <summary>What was refused when it was judged.</summary>
    public IReadOnlyList<Refusal> Refused { get; set; } = [];

    /// <summary>Whether it was judged before the first attempt to apply it had ended.</summary>
    public bool WasAwaited { get; set; }

    /// <summary>What was seen to begin.</summary>
    public SeenStarts? Seen { get; set; } = before?.Seen;

    public Wire.HealthStatus.Types.Word? Status { get; set; } = before?.Status;

    public UInt128 Digest { get; set; }

    public DateTimeOffset ChangesAt { get; set; }

    /// <summary>Whether the broker does not have the verdict yet.</summary>
    public bool IsOpen => _sent != Digest;

    public void Reopen() => _sent = null;

    /// <summary>Until it is marked as sent nobody knows what the broker has: a call that fails may have arrived.</summary>
    public Action HandOut()
    {
        _sent = null;
        return () => _sent = Digest;
    }
}
