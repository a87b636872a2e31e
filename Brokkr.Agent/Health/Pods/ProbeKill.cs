using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Pods;

/// <summary>
/// Tells an end that a probe brought about from one of the container's own: the exit code is that of the signal then. Pure.
/// </summary>
internal static class ProbeKill
{
    /// <summary>The clocks of the node and of its container runtime are read one after the other.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    /// <summary>Which probe ended the container, in the probe's words; null where none did.</summary>
    public static string? Of(PodContainer container, TerminatedState end, ClusterSnapshot snapshot)
    {
        var about = snapshot.EventsAbout(container.Pod.Metadata.Uid);
        var events = about.Where(e => e.Concerns(container.Name)).ToList();
        var kill = EventText.Newest(events, e => e.Reason == "Killing" && ProbeIn(e.Message) is not null);
        if (kill is null || kill.LastSeen < end.StartedAt || kill.LastSeen > end.FinishedAt + Slack)
            return null;
        var probe = ProbeIn(kill.Message);
        var text = EventText.Newest(events, e => e.Reason == "Unhealthy" && e.ProbeOf() == probe)?.Message;
        return $"it was ended because its {probe.ToString()!.ToLowerInvariant()} probe failed"
            + $"{(text is { Length: > 0 } ? $": {text}" : "")}";
    }

    private static ProbeType? ProbeIn(string? message) => message switch
    {
        not null when message.Contains("failed liveness probe", StringComparison.OrdinalIgnoreCase) => ProbeType.Liveness,
        not null when message.Contains("failed startup probe", StringComparison.OrdinalIgnoreCase) => ProbeType.Startup,
        _ => null,
    };
}
