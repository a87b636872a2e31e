using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Pods;

/// <summary>
/// One container of a pod: its status together with what the pod's specification says of it. Ephemeral containers are none.
/// </summary>
internal sealed record PodContainer(Pod Pod, ContainerType Type, Container? Spec, ContainerStatus Status)
{
    public ContainerState State => Status.State;

    public string Name => Status.Name;

    /// <summary>Whether it is to reach its end before the app containers start.</summary>
    public bool IsInit => Type == ContainerType.Init;

    private string RestartPolicy => Spec?.RestartPolicy ?? Pod.Spec.RestartPolicy ?? "Always";

    public static IReadOnlyList<PodContainer> Of(Pod pod) =>
    [
        .. pod.Status.InitContainerStatuses.Select(status => OfInit(pod, status)),
        .. pod.Status.ContainerStatuses.Select(status =>
            new PodContainer(pod, ContainerType.App, pod.Spec.Containers.Find(c => c.Name == status.Name), status)),
    ];

    /// <summary>Whether this end is one that the restart policy restarts.</summary>
    public bool IsCrash(TerminatedState? end) => end is not null && (Type, RestartPolicy) switch
    {
        (ContainerType.Sidecar, _) => true,
        (_, "Never") => false,
        (ContainerType.Init, _) or (_, "OnFailure") => end.ExitCode != 0,
        _ => true,
    };

    /// <summary>Whether it ended well and is not to be started again.</summary>
    public bool IsDone => State.Terminated is { ExitCode: 0 } end && !IsCrash(end);

    private static PodContainer OfInit(Pod pod, ContainerStatus status)
    {
        var spec = pod.Spec.InitContainers.Find(c => c.Name == status.Name);
        return new(pod, spec?.RestartPolicy == "Always" ? ContainerType.Sidecar : ContainerType.Init, spec, status);
    }
}
