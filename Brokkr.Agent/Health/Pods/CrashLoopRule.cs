using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Pods;

/// <summary>
/// Tells a crash loop from a first crash. In a loop a container shows running, terminated and waiting in turn; each of them is judged
/// alike, so that the status does not flap. Pure.
/// </summary>
internal static class CrashLoopRule
{
    /// <summary>A run this long that ended is no loop, and no loop is remembered for longer.</summary>
    private static readonly TimeSpan LongRun = TimeSpan.FromMinutes(60);

    /// <summary>The kubelet forgets its back-off after a run of ten minutes.</summary>
    private static readonly TimeSpan ShortestProof = TimeSpan.FromMinutes(10);

    public static bool IsLooping(PodContainer container, DateTimeOffset now)
    {
        var (state, restarts, last) = (container.State, container.Status.RestartCount, container.Status.LastState.Terminated);
        if (state.Waiting is { } waiting)
            return waiting.Reason == ConditionWord.CrashLoopBackOff
                ? !HasRunLong(container, last)
                : restarts >= 2 && IsShortCrash(container, last);
        if (state.Terminated is { } end)
            return restarts >= 1 && IsShortCrash(container, end);
        return state.Running is { } running && restarts >= 2 && IsShortCrash(container, last)
            && !HasOutlasted(container, running, last!, now);
    }

    /// <summary>
    /// Whether it runs again after a crash that was no loop; after a long run also while it waits for that, at any sample alike.
    /// </summary>
    public static bool IsRestarted(PodContainer container)
    {
        var last = container.State.Terminated ?? container.Status.LastState.Terminated;
        return container.IsCrash(last)
            && (HasRunLong(container, last) || (container.State.Running is not null && container.Status.RestartCount <= 1));
    }

    private static bool HasRunLong(PodContainer container, TerminatedState? end) =>
        end is not null && Lasted(container.Pod, end) >= LongRun;

    private static bool IsShortCrash(PodContainer container, TerminatedState? end) =>
        container.IsCrash(end) && Lasted(container.Pod, end!) < LongRun;

    private static bool HasOutlasted(PodContainer container, RunningState running, TerminatedState before, DateTimeOffset now)
    {
        if (Starts.Latest(container.Pod, running.StartedAt) is not { } startedAt)
            return false;
        var twice = 2 * Lasted(container.Pod, before);
        var proof = twice < ShortestProof ? ShortestProof : twice > LongRun ? LongRun : twice;
        return now - startedAt >= proof;
    }

    /// <summary>How long a run lasted; nothing where it never began.</summary>
    private static TimeSpan Lasted(Pod pod, TerminatedState end) =>
        Starts.Latest(pod, end.StartedAt) is { } start && end.FinishedAt > start ? end.FinishedAt.Value - start : TimeSpan.Zero;
}
