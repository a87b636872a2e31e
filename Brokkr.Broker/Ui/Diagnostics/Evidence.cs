using Brokkr.Broker.Ui.Parts;

namespace Brokkr.Broker.Ui.Diagnostics;

/// <summary>A piece of evidence.</summary>
/// <param name="Text">What it is, in words.</param>
/// <param name="Target">The identifier of the element that shows it; null where the page has none.</param>
public sealed record EvidenceLink(string Text, string? Target);

/// <summary>Finds the parts of a page that a finding points to, as in <c>previous_log_tails web-1/app</c>. Pure.</summary>
public sealed class Evidence
{
    private readonly Dictionary<string, EvidenceLink> _known = new(StringComparer.Ordinal);

    /// <summary>Knows the parts of a result.</summary>
    public Evidence(Wire.DiagnosticResult result, IEnumerable<PodView> pods, IEnumerable<EventView> events)
    {
        foreach (var pod in pods)
        {
            Add($"pod_statuses {pod.Source.Namespace}/{pod.Source.Name}", $"pod {pod.Source.Name}", pod.Anchor);
            foreach (var log in pod.Containers.SelectMany(c => c.Logs))
                Add(log.Evidence, $"{(log.IsPrevious ? "log of the run before" : "log")} of {log.Container}", log.Anchor);
        }

        foreach (var shown in events)
            Add($"events {shown.Reason}", $"events {shown.Reason}", shown.Anchor);
        foreach (var workload in result.Workloads)
            Add($"workloads {workload.Kind} {Place(workload.Namespace, workload.Name)}", $"{workload.Kind} {workload.Name}", Of(workload));
        foreach (var node in result.Nodes)
            Add($"nodes {node.Name}", $"node {node.Name}", Of(node));
        foreach (var claim in result.Claims)
            Add($"claims {Place(claim.Namespace, claim.Name)}", $"claim {claim.Name}", Of(claim));
        foreach (var quota in result.Quotas)
            Add($"quotas {quota.Namespace}", $"quotas of {quota.Namespace}", Of(quota));
    }

    public static string Of(Wire.WorkloadStatus workload) => Anchor.Of("workload", workload.Kind, workload.Namespace, workload.Name);

    public static string Of(Wire.NodeStatus node) => Anchor.Of("node", node.Name);

    public static string Of(Wire.ClaimStatus claim) => Anchor.Of("claim", claim.Namespace, claim.Name);

    public static string Of(Wire.QuotaStatus quota) => Anchor.Of("quota", quota.Namespace, quota.Name);

    /// <summary>Where a piece of evidence is shown.</summary>
    public EvidenceLink Link(string evidence) => _known.GetValueOrDefault(evidence) ?? new(evidence.Replace('_', ' '), null);

    private void Add(string evidence, string text, string anchor) => _known.TryAdd(evidence, new(text, anchor));

    private static string Place(string inNamespace, string name) => inNamespace.Length > 0 ? $"{inNamespace}/{name}" : name;
}
