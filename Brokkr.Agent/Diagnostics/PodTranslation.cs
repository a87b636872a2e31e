using Brokkr.Agent.Cluster.Objects;
using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Agent.Diagnostics;

/// <summary>Says in the words of the contract what Kubernetes says of a pod. Pure.</summary>
internal static class PodTranslation
{
    public static Wire.PodStatus ToWire(this Pod pod)
    {
        var status = pod.Status;
        var wire = new Wire.PodStatus
        {
            Name = pod.Metadata.Name,
            Namespace = pod.Metadata.Namespace ?? "",
            Phase = status.Phase ?? "",
            Reason = status.Reason ?? "",
            Message = status.Message ?? "",
            NodeName = pod.Spec.NodeName ?? "",
            CreatedAt = pod.Metadata.CreationTimestamp?.ToTimestamp(),
            DeletedAt = pod.Metadata.DeletionTimestamp?.ToTimestamp(),
            ControlledBy = pod.Metadata.Controller is { } owner ? $"{owner.Kind}/{owner.Name}" : "",
        };
        wire.Conditions.AddRange(status.Conditions.Select(c => c.ToWire()));
        wire.ContainerStatuses.AddRange(pod.Spec.InitContainers
            .Select(c => Container(c, status.InitContainerStatuses, c.RestartPolicy == "Always" ? "sidecar" : "init")));
        wire.ContainerStatuses.AddRange(pod.Spec.Containers.Select(c => Container(c, status.ContainerStatuses, "app")));
        return wire;
    }

    private static Wire.ContainerStatus Container(Container container, List<ContainerStatus> statuses, string type)
    {
        var status = statuses.Find(s => s.Name == container.Name) ?? new();
        var (state, last) = (status.State, status.LastState.Terminated);
        var wire = new Wire.ContainerStatus
        {
            Name = container.Name,
            ContainerType = type,
            Image = container.Image,
            ImageId = status.ImageId,
            Ready = status.Ready,
            RestartCount = status.RestartCount,
            State = state.Waiting is not null
            ? "waiting"
            : state.Running is not null ? "running" : state.Terminated is not null ? "terminated" : "",
            Reason = state.Waiting?.Reason ?? state.Terminated?.Reason ?? "",
            Message = state.Waiting?.Message ?? state.Terminated?.Message ?? "",
            StartedAt = (state.Running?.StartedAt ?? state.Terminated?.StartedAt)?.ToTimestamp(),
            FinishedAt = state.Terminated?.FinishedAt?.ToTimestamp(),
        };
        if (state.Terminated is { } ended)
        {
            wire.ExitCode = ended.ExitCode;
            if (ended.Signal is { } signal)
                wire.Signal = signal;
        }

        if (last is null)
            return wire;
        wire.LastState = new()
        {
            State = "terminated",
            Reason = last.Reason ?? "",
            Message = last.Message ?? "",
            ExitCode = last.ExitCode,
            StartedAt = last.StartedAt?.ToTimestamp(),
            FinishedAt = last.FinishedAt?.ToTimestamp(),
        };
        if (last.Signal is { } lastSignal)
            wire.LastState.Signal = lastSignal;
        return wire;
    }
}
