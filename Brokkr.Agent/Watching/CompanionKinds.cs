using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Kinds;

namespace Brokkr.Agent.Watching;

/// <summary>
/// Kinds that no manifest names and that are watched beside those that one does, because they lead from there to endpoints or to pods.
/// There may be many objects of them, so they are watched only then, and done without where they may not be read. Pure.
/// </summary>
internal static class CompanionKinds
{
    private static readonly Dictionary<KindId, KindId> Companions = new()
    {
        [ServiceRule.Services] = ServiceRule.Slices,
        [new("tekton.dev", "PipelineRun")] = new("tekton.dev", "TaskRun"),
        [new("argoproj.io", "CronWorkflow")] = new("argoproj.io", "Workflow"),
        [new("trainer.kubeflow.org", "TrainJob")] = new("jobset.x-k8s.io", "JobSet"),
    };

    /// <summary>Versions of companions from another group than what is named; the others have its own.</summary>
    private static readonly Dictionary<KindId, string> Versions = new()
    {
        [ServiceRule.Slices] = "discovery.k8s.io/v1",
        [new("jobset.x-k8s.io", "JobSet")] = "jobset.x-k8s.io/v1alpha2",
    };

    /// <summary>What is named, and what is watched for it.</summary>
    public static IEnumerable<(string ApiVersion, string Kind)> With(IReadOnlyCollection<(string ApiVersion, string Kind)> named) =>
        named.Concat(named.Select(Of).OfType<(string ApiVersion, string Kind)>()).Distinct();

    private static (string ApiVersion, string Kind)? Of((string ApiVersion, string Kind) named)
    {
        var id = new KindId(ResourceId.GroupOf(named.ApiVersion), named.Kind);
        return Companions.TryGetValue(id, out var companion)
            ? (Versions.GetValueOrDefault(companion, named.ApiVersion), companion.Kind)
            : null;
    }
}
