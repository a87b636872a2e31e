using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health.Findings;
using Brokkr.Contracts.Text;

namespace Brokkr.Agent.Health.Pods;

/// <summary>Judges one container of a pod that has not ended: what it waits for, crash loops, and lack of memory. Pure.</summary>
internal static class ContainerRule
{
    private static readonly HashSet<string> FaultyReasons = new(StringComparer.Ordinal)
    {
        "ImagePullBackOff", "ErrImagePull", ConditionWord.CrashLoopBackOff, "CreateContainerConfigError", "InvalidImageName",
        "CreateContainerError", "RunContainerError", "ErrImageNeverPull", "ImageInspectError", "RegistryUnavailable",
        "SignatureValidationFailed", "PreCreateHookError", "PreStartHookError", "PostStartHookError",
    };

    public static IEnumerable<Finding> Evaluate(PodContainer container, RuleContext context)
    {
        var looping = CrashLoopRule.IsLooping(container, context.Now);
        if (container.State.Waiting is { Reason: { } reason } waiting && IsFaulty(reason)
            && (looping || reason != ConditionWord.CrashLoopBackOff))
        {
            yield return About(container, ShortText.Name(reason), Severity.Degraded) with
            {
                Since = Starts.Latest(container.Pod, container.Pod.Status.Find("Ready")?.LastTransitionTime),
                Message = WaitingMessage(container, waiting, context.Snapshot),
            };
        }
        else if (looping)
        {
            yield return About(container, ConditionWord.CrashLoopBackOff, Severity.Degraded) with
            {
                Since = Starts.Latest(container.Pod, LastEnd(container)?.FinishedAt),
                Message = $"Crashes again and again, {container.Status.RestartCount} restarts so far; "
                    + $"{Describe(container, context.Snapshot)}.",
            };
        }
        else if (CrashLoopRule.IsRestarted(container))
        {
            yield return About(container, ConditionWord.Restarted, Severity.Shown) with
            {
                Since = Starts.Latest(container.Pod, container.State.Running?.StartedAt ?? LastEnd(container)?.FinishedAt),
                Message = container.State.Running is null
                    ? $"It is restarted after a crash; {Describe(container, context.Snapshot)}."
                    : $"Runs again after a crash; {Describe(container, context.Snapshot)}.",
            };
        }

        if (OutOfMemory(container, context) is { } outOfMemory)
            yield return outOfMemory;
    }

    /// <summary>Reasons of the kubelet that mean trouble, known ones and those it may come to use.</summary>
    internal static bool IsFaulty(string reason) =>
        FaultyReasons.Contains(reason)
        || reason.StartsWith("Err", StringComparison.Ordinal)
        || reason.EndsWith("Error", StringComparison.Ordinal)
        || reason.EndsWith("BackOff", StringComparison.Ordinal);

    private static Finding? OutOfMemory(PodContainer container, RuleContext context)
    {
        var end = new[] { container.State.Terminated, container.Status.LastState.Terminated }.FirstOrDefault(t =>
            t?.Reason == ConditionWord.OomKilled);
        if (end is null || (container.Status.Ready && context.Now - end.FinishedAt >= context.OomWindow))
            return null;
        return About(container, ConditionWord.OomKilled, Severity.Degraded) with
        {
            Since = Starts.Latest(container.Pod, end.FinishedAt),
            Message = "Ended by the kernel: it needed more memory than its limit; raise the limit or mend the leak.",
            ExitCode = end.ExitCode,
            Signal = end.Signal,
        };
    }

    private static string WaitingMessage(PodContainer container, WaitingState waiting, ClusterSnapshot snapshot)
    {
        var text = waiting.Message ?? "";
        if (waiting.Reason is "ImagePullBackOff" or "ErrImagePull" && !text.Contains("failed to", StringComparison.OrdinalIgnoreCase))
        {
            // Older kubelets say "Back-off pulling image" only; why it failed stands in an event.
            var why = EventText.Newest(snapshot.EventsAbout(container.Pod.Metadata.Uid), e =>
                e.Reason == "Failed" && e.Concerns(container.Name)
                    && e.Message?.StartsWith("Failed to pull image", StringComparison.Ordinal) == true);
            return why?.Message ?? text;
        }

        return LastEnd(container) is not null ? $"{text}{(text.Length > 0 ? "; " : "")}{Describe(container, snapshot)}" : text;
    }

    private static string Describe(PodContainer container, ClusterSnapshot snapshot)
    {
        if (LastEnd(container) is not { } end)
            return "how it ended is not known";
        if (ProbeKill.Of(container, end, snapshot) is { } kill)
            return kill;
        var reason = end.Reason is { Length: > 0 } r ? $" ({r})" : "";
        var message = end.Message is { Length: > 0 } m ? $": {m.Trim()}" : "";
        return $"its last run ended with exit code {end.ExitCode}{reason}{message}";
    }

    private static TerminatedState? LastEnd(PodContainer container) => container.State.Terminated ?? container.Status.LastState.Terminated;

    private static Finding About(PodContainer container, string condition, Severity severity) => new(condition, severity, container.Pod.Id)
    {
        Container = container.Name,
        ContainerType = container.Type,
        ExitCode = LastEnd(container)?.ExitCode,
        Signal = LastEnd(container)?.Signal,
        Restarts = container.Status.RestartCount,
    };
}
