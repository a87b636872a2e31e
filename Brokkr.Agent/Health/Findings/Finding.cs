using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Health.Findings;

/// <summary>One observed fact, and the one place where severity, start and deadline become a status. Pure.</summary>
/// <param name="Condition">The bare reason word.</param>
/// <param name="Severity">How it bears on the row and on the overall status.</param>
/// <param name="Object">On which object it was seen.</param>
internal sealed record Finding(string Condition, Severity Severity, ResourceId Object)
{
    public string Message { get; init; } = "";

    /// <summary>Since when, by the object's own timestamps; null where they do not say.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The deadline of what is pending, the grace of what is wrong.</summary>
    public TimeSpan After { get; init; }

    public string Container { get; init; } = "";
    public ContainerType? ContainerType { get; init; }
    public int? ExitCode { get; init; }
    public int? Signal { get; init; }
    public int Restarts { get; init; }

    /// <summary>Which probe failed; null where it was none.</summary>
    public ProbeType? Probe { get; init; }

    /// <summary>Condition and message, for people.</summary>
    public string Text => Message.Length > 0 ? $"{Condition}: {Message}" : Condition;

    public RowStatus RowAt(DateTimeOffset now) => Severity switch
    {
        Severity.Suspended => RowStatus.Suspended,
        Severity.Progressing => RowStatus.Progressing,
        Severity.Pending or Severity.Degraded => IsDue(now) ? RowStatus.Degraded : RowStatus.Progressing,
        Severity.Lasting => RowStatus.Degraded,
        Severity.Failing => IsDue(now) ? RowStatus.Failing : RowStatus.Progressing,
        Severity.Unreadable or Severity.LeftOut => RowStatus.Unknown,
        _ => RowStatus.Healthy,
    };

    public OverallStatus OverallAt(DateTimeOffset now) => Severity switch
    {
        Severity.Pending or Severity.Lasting or Severity.Degraded when IsDue(now) => OverallStatus.Degraded,
        Severity.Failing when IsDue(now) => OverallStatus.Failing,
        Severity.Unreadable => OverallStatus.Unknown,
        _ => OverallStatus.Healthy,
    };

    /// <summary>Whether it says what is wrong, rather than that something is not there yet.</summary>
    public bool IsFaultAt(DateTimeOffset now) => Severity is (Severity.Degraded or Severity.Failing) && IsDue(now);

    /// <summary>
    /// Without a start, what is wrong counts at once and what is pending stays so. What has no time to wait for is due whatever the clocks
    /// say:
    /// the cluster's may be ahead of the agent's.
    /// </summary>
    private bool IsDue(DateTimeOffset now) =>
        Since is { } since
            ? After <= TimeSpan.Zero || now - since >= After
            : Severity is Severity.Degraded or Severity.Failing or Severity.Lasting;
}
