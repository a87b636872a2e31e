using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Health.Findings;

/// <summary>Picks events about one object. Pure; the order in which events come does not matter.</summary>
internal static class EventText
{
    /// <summary>The newest event for which the predicate holds.</summary>
    public static KubeEvent? Newest(IEnumerable<KubeEvent> events, Func<KubeEvent, bool> which) => events
        .Where(which)
        .OrderByDescending(e => e.LastSeen)
        .ThenBy(e => e.Message, StringComparer.Ordinal)
        .ThenBy(e => e.Reason, StringComparer.Ordinal)
        .FirstOrDefault();

    /// <summary>The newest event that tells of trouble.</summary>
    public static KubeEvent? Warning(IEnumerable<KubeEvent> events) => Newest(events, e => e is { Type: "Warning", Message.Length: > 0 });

    /// <summary>Whether the event is about this container, or does not say which.</summary>
    public static bool Concerns(this KubeEvent e, string container) =>
        e.InvolvedObject.FieldPath is not { Length: > 0 } path || path.EndsWith($"{{{container}}}", StringComparison.Ordinal);

    /// <summary>Which probe an event of the reason <c>Unhealthy</c> is about: the kubelet says it first, and nowhere else.</summary>
    public static ProbeType? ProbeOf(this KubeEvent? e) => e?.Message?.TrimStart() switch
    {
        { } text when text.StartsWith("Startup probe", StringComparison.OrdinalIgnoreCase) => ProbeType.Startup,
        { } text when text.StartsWith("Readiness probe", StringComparison.OrdinalIgnoreCase) => ProbeType.Readiness,
        { } text when text.StartsWith("Liveness probe", StringComparison.OrdinalIgnoreCase) => ProbeType.Liveness,
        _ => null,
    };
}
