using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Diagnostics;

/// <summary>
/// Names the log of a container: pod and container, and the namespace before them where several pods have one name. Pure.
/// </summary>
internal sealed class LogKeys(IEnumerable<Pod> pods)
{
    private readonly HashSet<string> _ambiguous =
        pods.GroupBy(p => p.Metadata.Name).Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet(StringComparer.Ordinal);

    public string Of(Pod pod, string container) => _ambiguous.Contains(pod.Metadata.Name)
        ? $"{pod.Metadata.Namespace}/{pod.Metadata.Name}/{container}"
        : $"{pod.Metadata.Name}/{container}";
}
