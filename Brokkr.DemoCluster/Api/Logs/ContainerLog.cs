using System.Text;
using System.Text.Json;
using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Json;

namespace Brokkr.DemoCluster.Api.Logs;

/// <summary>What the API server and a kubelet say about the log of a container, going by the pod's status. Pure.</summary>
internal static class ContainerLog
{
    private static readonly string[] Lists = ["initContainers", "containers", "ephemeralContainers"];

    /// <summary>The container that is meant: the only one needs no name.</summary>
    public static (string? Container, KubeStatus? Refusal) Choose(JsonElement pod, string wish)
    {
        var name = pod.TextAt("metadata.name");
        var all = Lists.SelectMany(list => pod.ItemsAt($"spec.{list}")).Select(container => container.TextAt("name")).ToList();
        if (wish.Length > 0)
            return all.Contains(wish) ? (wish, null) : (null, KubeStatus.BadRequest($"container {wish} is not valid for pod {name}"));
        return pod.ItemsAt("spec.containers").ToList() switch
        {
            [var only] => (only.TextAt("name"), null),
            [] => (null, KubeStatus.BadRequest($"a container name must be specified for pod {name}")),
            _ => (null,
            KubeStatus.BadRequest($"a container name must be specified for pod {name}, choose one of: [{string.Join(' ', all)}]")),
        };
    }

    public static bool IsScheduled(JsonElement pod) => pod.TextAt("spec.nodeName").Length > 0;

    /// <summary>The answer where nothing was recorded: a refusal, or the little that a kubelet can show.</summary>
    public static (byte[]? Log, KubeStatus? Refusal) WithoutRecording(JsonElement pod, string container, bool previous)
    {
        var status = Lists.SelectMany(list => pod.ItemsAt($"status.{list[..^1]}Statuses"))
            .FirstOrDefault(s => s.TextAt("name") == container);
        if (status.ValueKind != JsonValueKind.Object)
            return Refuse(pod, container, "is not available");
        var last = status.TextAt("lastState.terminated.containerID");
        if (previous)
            return last.Length > 0
                ? Lost(last)
                : (null, KubeStatus.BadRequest(
                $"previous terminated container \"{container}\" in pod \"{pod.TextAt("metadata.name")}\" not found"));
        if (status.At("state.running") is not null)
            return ([], null);
        if (status.At("state.terminated") is not null || last.Length > 0)
        {
            var ended = status.TextAt("state.terminated.containerID") is { Length: > 0 } id ? id : last;
            return ended.Length > 0 ? Lost(ended) : Refuse(pod, container, "is terminated");
        }
        return Refuse(pod, container, status.TextAt("state.waiting.reason") switch
        {
            "" => "is waiting to start - no logs yet",
            "ErrImagePull" => "is waiting to start: image can't be pulled",
            "ImagePullBackOff" => "is waiting to start: trying and failing to pull image",
            var reason => $"is waiting to start: {reason}",
        });
    }

    private static (byte[]?, KubeStatus?) Refuse(JsonElement pod, string container, string why) =>
        (null, KubeStatus.BadRequest($"container \"{container}\" in pod \"{pod.TextAt("metadata.name")}\" {why}"));

    private static (byte[]?, KubeStatus?) Lost(string containerId) =>
        (Encoding.UTF8.GetBytes($"unable to retrieve container logs for {containerId}"), null);
}
