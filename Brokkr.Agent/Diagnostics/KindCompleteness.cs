using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Targets;

namespace Brokkr.Agent.Diagnostics;

/// <summary>Says which kinds could be read that a result is drawn from. Pure.</summary>
internal static class KindCompleteness
{
    /// <param name="resources">
    /// What the deployment object names: a kind is asked about where it names one, pods in all its namespaces.
    /// </param>
    /// <param name="snapshot">How they could be read.</param>
    /// <param name="isConfined">Whether the agent watches namespaces only, and so no nodes.</param>
    public static IEnumerable<Wire.CollectionOutcome> Of(
        IReadOnlyList<AttributedResource> resources, ClusterSnapshot snapshot, bool isConfined)
    {
        var everywhere = resources.Select(r => r.Id.Namespace).Where(ns => ns.Length > 0).Distinct().DefaultIfEmpty("").ToList();
        yield return Outcome("pods", WorstOf(new("", "Pod"), everywhere, snapshot));
        yield return Outcome("events", WorstOf(new("", "Event"), everywhere, snapshot));
        yield return isConfined
            ? OnDemandReads.Outcome("nodes", "forbidden", "the agent watches namespaces only")
            : Outcome("nodes", snapshot.Readability("", "Node"));
        foreach (var kind in resources.GroupBy(r => new KindId(r.Id.Group, r.Id.Kind), r => r.Id.Namespace)
            .Where(k => k.Key is not { Group: "", Kind: "Pod" }))
            yield return Outcome($"kind {kind.Key.Kind}{(kind.Key.Group.Length > 0 ? $".{kind.Key.Group}" : "")}",
                WorstOf(kind.Key, kind, snapshot));
    }

    private static KindReadability WorstOf(KindId kind, IEnumerable<string> namespaces, ClusterSnapshot snapshot) =>
        namespaces.Select(ns => snapshot.Readability(kind.Group, kind.Kind, ns)).MaxBy(r => r.Access)!;

    private static Wire.CollectionOutcome Outcome(string query, KindReadability how) => OnDemandReads.Outcome(
        query,
        how.Access switch
        {
            KindAccess.Readable => "ok",
            KindAccess.Forbidden => "forbidden",
            KindAccess.NotServed => "not_found",
            _ => "unavailable",
        },
        how.Message);
}
