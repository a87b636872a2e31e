using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health.Findings;
using Brokkr.Agent.Targets;
using Brokkr.Contracts.Manifests;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Judges what could not be applied: it is not what its manifest says, however well what is there may be. Pure.</summary>
internal static class RefusalRule
{
    /// <param name="resource">The resource.</param>
    /// <param name="verdict">What its own rule says; that it is missing needs no saying where it was refused.</param>
    /// <param name="refused">What was refused of the deployment object.</param>
    public static Verdict Evaluate(AttributedResource resource, Verdict verdict, IReadOnlyList<Refusal>? refused)
    {
        if (refused?.FirstOrDefault(r => ManifestKey.Of(r.Manifest) == ManifestKey.Of(resource.Manifest)) is not { } refusal)
            return verdict;
        var others = verdict.Findings.Where(f => f.Condition is not (ConditionWord.ResourceMissing or ConditionWord.KindNotServed));
        return verdict with { Message = refusal.Text, Findings = [FindingOf(resource.Id, refusal), .. others] };
    }

    /// <summary>The refusals of resources that are left out of the verdict: they keep the others from being applied all the same.</summary>
    public static IEnumerable<Finding> OfOthers(
        IEnumerable<ManifestObject> judged, IReadOnlyList<Refusal>? refused, ClusterSnapshot snapshot)
    {
        var known = judged.Select(ManifestKey.Of).ToHashSet();
        return (refused ?? []).Where(r => !known.Contains(ManifestKey.Of(r.Manifest)))
            .Select(r => FindingOf(Attribution.AssumedId(r.Manifest, snapshot), r));
    }

    private static Finding FindingOf(ResourceId id, Refusal refusal) =>
        new(ConditionWord.ApplyFailed, Severity.Failing, id) { Since = refusal.Since, Message = refusal.Text };
}
