using Brokkr.Agent.Cluster.Objects;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Health.Pods;

/// <summary>
/// A container that ends after the same time again and again, as the kubelet shows it: running, terminated for a moment, and waiting in
/// CrashLoopBackOff with pauses of 10 s that double up to five minutes, except after a run of ten minutes, which the kubelet forgives.
/// </summary>
/// <param name="RunSeconds">How long each run lasts.</param>
/// <param name="ExitCode">How each run ends.</param>
/// <param name="RestartPolicy">The pod's restart policy.</param>
/// <param name="Place">app, init or sidecar.</param>
internal sealed record CrashCycle(int RunSeconds, int ExitCode, string RestartPolicy, string Place)
{
    private const int TerminatedSeconds = 2;
    private const int ForgivenAfterSeconds = 600;

    public bool IsRestarted => Place switch
    {
        "sidecar" => true,
        _ when RestartPolicy == "Never" => false,
        "init" => ExitCode != 0,
        _ => RestartPolicy == "Always" || ExitCode != 0,
    };

    /// <summary>Samples of the pod around each change and between, with the number of crashes so far.</summary>
    public IEnumerable<(double Minutes, int Crashes, Pod Pod)> Samples(double hours)
    {
        var (begin, crashes, pause) = (5.0, 0, 10.0);
        TerminatedState? last = null;
        while (begin < hours * 3600)
        {
            var ends = begin + RunSeconds;
            var end = new TerminatedState
            {
                ExitCode = ExitCode,
                Reason = ExitCode == 0
                ? "Completed"
                : "Error",
                StartedAt = Second(begin),
                FinishedAt = Second(ends)
            };
            foreach (var at in Around(begin, ends))
                yield return (at / 60, crashes, Pod(new() { Running = new() { StartedAt = Second(begin) } }, last, crashes, begin, isReady: Place != "init"));
            foreach (var at in Around(ends, ends + TerminatedSeconds))
                yield return (at / 60, crashes + 1, Pod(new() { Terminated = end }, last, crashes, ends, isReady: false));

            (last, begin) = (end, ends + TerminatedSeconds);
            crashes++;
            if (crashes == 1 || RunSeconds >= ForgivenAfterSeconds)
            {
                pause = 10;
                continue;
            }

            var waiting = Waiting("CrashLoopBackOff", $"back-off {pause}s restarting failed container");
            foreach (var at in Around(begin, begin + pause))
                yield return (at / 60, crashes, Pod(waiting, last, crashes - 1, ends, isReady: false));
            (begin, pause) = (begin + pause, Math.Min(300, pause * 2));
        }
    }

    private static IEnumerable<double> Around(double from, double to) =>
        [from, from + ((to - from) / 3), from + ((to - from) * 2 / 3), Math.Max(from, to - 0.5)];

    private static DateTimeOffset Second(double second) => Start.AddSeconds(Math.Floor(second));

    private Pod Pod(ContainerState state, TerminatedState? last, int restarts, double changedAt, bool isReady)
    {
        var pod = APod(owner: "rs");
        pod.Spec.RestartPolicy = RestartPolicy;
        var status = new ContainerStatus { Name = "loops", Ready = isReady, RestartCount = restarts, State = state, LastState = new() { Terminated = last } };
        var changed = changedAt / 60;
        pod.Status.Conditions = [ACondition("PodScheduled"), ACondition("Initialized", Place == "init" ? "False" : "True"),
            ACondition("Ready", isReady ? "True" : "False", at: changed)];
        if (Place == "app")
        {
            (pod.Spec.Containers, pod.Status.ContainerStatuses) = ([new() { Name = "loops" }], [status]);
            return pod;
        }

        pod.Spec.InitContainers = [new() { Name = "loops", RestartPolicy = Place == "sidecar" ? "Always" : null }];
        pod.Status.InitContainerStatuses = [status];
        if (Place == "init")
        {
            pod.Status.Phase = "Pending";
            pod.Status.ContainerStatuses = [new() { Name = "app", State = Waiting("PodInitializing") }];
        }

        return pod;
    }
}
