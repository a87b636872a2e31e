using System.Text.Json;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health.Findings;
using Brokkr.Agent.Health.Pods;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>
/// Judges whether a Service has an address where it asks for one, and whether it leads anywhere. Pods that are not ready judge themselves:
/// what counts is a selector that fits no pod, or a ready pod that is no endpoint. Pure.
/// </summary>
internal static class ServiceRule
{
    public static readonly KindId Services = new("", "Service");
    public static readonly KindId Slices = new("discovery.k8s.io", "EndpointSlice");

    public static readonly IReadOnlyList<string> Fields = [.. AddressRule.Fields, "spec.type", "spec.selector.*"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly IReadOnlyList<KindId> Makers =
    [
        new("apps", "Deployment"), new("apps", "ReplicaSet"), new("apps", "StatefulSet"), new("apps", "DaemonSet"), new("batch", "Job"),
        new("batch", "CronJob"),
    ];

    public static Verdict Evaluate(ProjectedObject service, ResourceCase resource, RuleContext context)
    {
        var verdict = AddressRule.Evaluate(service, resource, context);
        return LeadsNowhere(service, context) is { } finding
            ? verdict with { Message = finding.Message, Findings = [finding, .. verdict.Findings] }
            : verdict;
    }

    private static Finding? LeadsNowhere(ProjectedObject service, RuleContext context)
    {
        var (snapshot, ns) = (context.Snapshot, service.Metadata.Namespace ?? "");
        var selector = SelectorOf(service);
        if (selector.Count == 0 || service.Text("spec.type") == "ExternalName"
            || !IsKnown(snapshot, ns))
            return null;
        // Kubernetes writes one for each Service that selects, for want of endpoints an empty one: without any, nobody has looked.
        var slices = snapshot.SlicesOf(service.Id);
        if (slices.Count == 0 || slices.Any(s => s.ReadyEndpoints > 0))
            return null;
        var there = snapshot.PodsAndWorkloadsIn(ns);
        var pods = there.OfType<Pod>().Where(p => PodRule.IsLive(p) && LabelSet.Has(p.Metadata.Labels, selector)).ToList();
        if (pods.Count > 0 && !pods.Exists(PodRule.IsReady))
            return null;
        var makers = there.OfType<Workload>().Where(w => LabelSet.Has(LabelsOf(w), selector)).ToList();
        if (makers.Count > 0 && makers.TrueForAll(w => PodsOf(w) == 0))
            return null;
        return new(ConditionWord.NoEndpoints, Severity.Pending, service.Id)
        {
            Since = context.Seen.Of(service.Id, "endpoints", context.Now, Starts.Latest(service,
                [service.Metadata.CreationTimestamp, Starts.OfGeneration(service), .. slices.Select(WrittenAt)])),
            After = Patience,
            Message = pods.Count == 0
                ? $"Its selector ({string.Join(", ", selector.Select(s => $"{s.Key}={s.Value}"))}) fits no pod: it leads nowhere."
                : "Pods that it selects are ready, and none is an endpoint of it: it leads nowhere.",
        };
    }

    /// <summary>Whether enough is known to say that a Service leads nowhere; a dump may hold no workloads.</summary>
    private static bool IsKnown(ClusterSnapshot snapshot, string ns) =>
        new[] { Slices, new("", "Pod") }.All(kind => snapshot.Readability(kind.Group, kind.Kind, ns).Access == KindAccess.Readable)
        && Makers.All(kind => snapshot.Readability(kind.Group, kind.Kind, ns).Access is KindAccess.Readable or KindAccess.NotGiven);

    private static IReadOnlyList<KeyValuePair<string, string>> SelectorOf(ProjectedObject service) =>
    [
        .. service.At("spec.selector").Where(s => s.ValueKind == JsonValueKind.Object).SelectMany(s => s.EnumerateObject())
            .Select(label => KeyValuePair.Create(label.Name, JsonPaths.TextOf(label.Value) ?? ""))
            .OrderBy(l => l.Key, StringComparer.Ordinal),
    ];

    private static string? LabelsOf(Workload workload) =>
        (workload.Spec.Template ?? workload.Spec.JobTemplate?.Spec.Template)?.Metadata.Labels;

    private static int PodsOf(Workload workload) =>
        KindRules.Find(new(workload.Id.Group, workload.Kind))?.ExpectedPods?.Invoke(workload) ?? 0;

    private static DateTimeOffset? WrittenAt(EndpointSlice slice) => Starts.OfGeneration(slice) ?? slice.Metadata.CreationTimestamp;
}
