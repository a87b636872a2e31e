using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Targets;

namespace Brokkr.Agent.Diagnostics;

/// <summary>Says which kinds could be read that a result is drawn from. Pure.</summary>
internal static class KindCompleteness
{
    /// <param name="target">Whose kinds.</param>
    /// <param name="snapshot">How they could be read.</param>
    /// <param name="isConfined">Whether the agent watches namespaces only, and so no nodes.</param>
    public static IEnumerable<Wire.CollectionOutcome> Of(DeploymentTarget target, ClusterSnapshot snapshot, bool isConfined)
    {
        yield return Outcome("pods", snapshot.Readability("", "Pod"));
        yield return Outcome("events", snapshot.Readability("", "Event"));
        yield return isConfined
            ? OnDemandReads.Outcome("nodes", "forbidden", "the agent watches namespaces only")
            : Outcome("nodes", snapshot.Readability("", "Node"));
        foreach (var kind in target.Resources.Select(r => new KindId(ResourceId.GroupOf(r.ApiVersion), r.Kind))
            .Where(k => k is not { Group: "", Kind: "Pod" }).Distinct())
            yield return Outcome($"kind {kind.Kind}{(kind.Group.Length > 0 ? $".{kind.Group}" : "")}",
                snapshot.Readability(kind.Group, kind.Kind));
    }

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
