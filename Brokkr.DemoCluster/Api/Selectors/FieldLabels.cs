using System.Text.Json;
using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Json;
using Brokkr.DemoCluster.Api.Kinds;

namespace Brokkr.DemoCluster.Api.Selectors;

/// <summary>The fields that a real server can select by, per kind. Pure.</summary>
internal static class FieldLabels
{
    private const string EventPrefix = "involvedObject.";

    private static readonly string[] Everywhere = ["metadata.name", "metadata.namespace"];

    private static readonly string[] Reference = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"];

    private static readonly Dictionary<string, string[]> ByKind = new()
    {
        ["pods"] = ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
            "status.phase", "status.podIP", "status.nominatedNodeName"],
        ["events"] = [.. Reference.Select(field => EventPrefix + field), "reason", "reportingComponent", "source", "type"],
        ["namespaces"] = ["status.phase"],
        ["nodes"] = ["spec.unschedulable"],
        ["secrets"] = ["type"],
        ["services"] = ["spec.clusterIP", "spec.type"],
        ["replicationcontrollers"] = ["status.replicas"],
        ["replicasets.apps"] = ["status.replicas"],
        ["jobs.batch"] = ["status.successful"],
        ["certificatesigningrequests.certificates.k8s.io"] = ["spec.signerName"],
    };

    /// <summary>The field's path in the stored object, or why a server refuses it.</summary>
    public static (string? Path, KubeStatus? Refusal) Resolve(ResourceKind kind, string label)
    {
        if (Everywhere.Contains(label))
            return (label, null);
        if (kind.IsNewEvent)
            label = InCoreWords(label);
        if (ByKind.TryGetValue(kind.IsNewEvent ? "events" : kind.QualifiedPlural, out var labels))
            return labels.Contains(label) ? (label, null) : (null, KubeStatus.BadRequest($"field label not supported: {label}"));
        return (null, KubeStatus.BadRequest(kind.IsCustom
            ? $"field label not supported: {label}"
            : $"\"{label}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""));
    }

    /// <summary>The text that a selector compares: absent booleans and counts have their zero values.</summary>
    public static string Value(JsonElement stored, string path) => path switch
    {
        "source" => stored.TextAt("source.component") is { Length: > 0 } component ? component : stored.TextAt("reportingComponent"),
        "status.successful" => OrElse(stored.TextAt("status.succeeded"), "0"),
        "status.replicas" => OrElse(stored.TextAt(path), "0"),
        "spec.unschedulable" or "spec.hostNetwork" => OrElse(stored.TextAt(path), "false"),
        _ => stored.TextAt(path),
    };

    private static string InCoreWords(string label) => label switch
    {
        "reportingController" => "reportingComponent",
        _ when label.StartsWith("regarding.", StringComparison.Ordinal) => EventPrefix + label["regarding.".Length..],
        _ => label,
    };

    private static string OrElse(string text, string zero) => text.Length > 0 ? text : zero;
}
