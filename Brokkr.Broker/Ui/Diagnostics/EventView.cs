using System.Globalization;

namespace Brokkr.Broker.Ui.Diagnostics;

/// <summary>Events that say the same, of however many objects.</summary>
/// <param name="Anchor">Its identifier on the page.</param>
/// <param name="IsWarning">Whether Kubernetes warns.</param>
/// <param name="Reason">Reason word.</param>
/// <param name="Message">What they say.</param>
/// <param name="Objects">Which objects they are about, as in <c>Pod web-1</c>.</param>
/// <param name="Count">How often they were seen in all.</param>
/// <param name="FirstSeen">When first; null where nothing says it.</param>
/// <param name="LastSeen">When last; null where nothing says it.</param>
/// <param name="Source">Which component says it.</param>
public sealed record EventView(
    string Anchor, bool IsWarning, string Reason, string Message, IReadOnlyList<string> Objects, int Count, DateTimeOffset? FirstSeen,
    DateTimeOffset? LastSeen, string Source)
{
    /// <summary>Folds events of the same reason and message into one, in order of when they were seen last. Pure.</summary>
    public static IReadOnlyList<EventView> Fold(IEnumerable<Wire.ClusterEvent> events) =>
    [
        .. events.GroupBy(e => (e.Type, e.Reason, e.Message, e.Kind))
            .OrderBy(g => g.Max(e => e.LastSeen?.ToDateTimeOffset()) ?? DateTimeOffset.MinValue)
            .Select((g, i) => new EventView(
                string.Create(CultureInfo.InvariantCulture, $"event-{i + 1}"), g.Key.Type == "Warning", g.Key.Reason, g.Key.Message,
                [.. g.Select(e => $"{e.Kind} {e.Name}").Distinct()], g.Sum(e => Math.Max(e.Count, 1)),
                g.Min(e => e.FirstSeen?.ToDateTimeOffset()), g.Max(e => e.LastSeen?.ToDateTimeOffset()), g.First().Source)),
    ];
}
