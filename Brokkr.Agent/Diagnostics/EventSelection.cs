using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Agent.Diagnostics;

/// <summary>Picks the events of some objects: recent, repeated ones folded, newest last. Pure.</summary>
internal static class EventSelection
{
    /// <summary>More than this nobody reads; the newest are kept.</summary>
    public const int Most = 200;

    /// <param name="objects">The objects whose events count, by UID.</param>
    /// <param name="snapshot">Where the events are.</param>
    /// <param name="oldest">Events last seen before this are left out.</param>
    /// <returns>The events, and how many older ones were cut.</returns>
    public static (List<Wire.ClusterEvent> Events, int Cut) Of(IEnumerable<KubeObject> objects, ClusterSnapshot snapshot,
        DateTimeOffset oldest)
    {
        var folded = objects.Where(o => o.Metadata.Uid.Length > 0).DistinctBy(o => o.Metadata.Uid)
            .SelectMany(o => snapshot.EventsAbout(o.Metadata.Uid))
            .Where(e => e.LastSeen >= oldest)
            .GroupBy(e => (e.InvolvedObject.Uid, e.Reason, e.Message, e.Type))
            .Select(g =>
            (First: g.Min(e => e.FirstSeen), Last: g.Max(e => e.LastSeen), Count: g.Sum(e => (long)e.Occurrences), Event: g.First()))
            .OrderBy(f => f.Last).ThenBy(f => f.Event.Metadata.Name, StringComparer.Ordinal)
            .ToList();
        var cut = Math.Max(0, folded.Count - Most);
        return (folded.Skip(cut).Select(f => new Wire.ClusterEvent
        {
            Type = f.Event.Type ?? "",
            Reason = f.Event.Reason ?? "",
            Message = f.Event.Message ?? "",
            FirstSeen = f.First?.ToTimestamp(),
            LastSeen = f.Last?.ToTimestamp(),
            Count = (int)Math.Min(int.MaxValue, f.Count),
            Kind = f.Event.InvolvedObject.Kind,
            Name = f.Event.InvolvedObject.Name,
            Namespace = f.Event.InvolvedObject.Namespace ?? "",
            Source = f.Event.ReportingComponent is { Length: > 0 } component ? component : f.Event.Source?.Component ?? "",
        }).ToList(), cut);
    }
}
