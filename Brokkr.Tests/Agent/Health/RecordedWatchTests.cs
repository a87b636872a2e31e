using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Tests.Agent.Health;

/// <summary>Replays fourteen minutes of pods that crash in a loop: what they show changes all the time, their status does not.</summary>
public class RecordedWatchTests
{
    private static readonly string[] Crashing = ["crash", "migrate", "mixed", "oom", "nocommand"];

    [Fact]
    public void From_its_second_crash_on_a_crashing_pod_is_degraded_at_every_sample()
    {
        var looping = new HashSet<string>();
        var judged = 0;
        foreach (var (pod, moment) in RecordedCluster.WatchedPods())
        {
            var name = pod.Metadata.Name.Split('-')[0];
            if (Crashes(pod) >= 2)
                looping.Add(name);
            if (!looping.Contains(name))
                continue;
            judged++;
            foreach (var now in new[] { moment, moment.AddSeconds(1) })
                Judge(pod, now).Status.Should().Be(OverallStatus.Degraded, "{0} at {1:u}", pod.Metadata.Name, now);
        }

        looping.Should().BeEquivalentTo(Crashing);
        judged.Should().BeGreaterThan(80);
    }

    [Fact]
    public void A_first_crash_is_no_loop_yet()
    {
        var first = RecordedCluster.WatchedPods().Where(w => Crashes(w.Pod) == 1 && w.Pod.Metadata.Name.Split('-')[0] is "crash" or "mixed" or "migrate")
            .ToList();

        first.Should().NotBeEmpty();
        foreach (var (pod, moment) in first)
            Judge(pod, moment).Status.Should().Be(OverallStatus.Healthy, "{0} at {1:u}", pod.Metadata.Name, moment);
        Judge(first.Last(w => w.Pod.Status.ContainerStatuses[0].State.Running is not null)).Conditions.Should().Contain("Restarted");
    }

    /// <summary>How many runs of its worst container have ended with an error.</summary>
    private static int Crashes(Pod pod) => pod.Status.ContainerStatuses.Concat(pod.Status.InitContainerStatuses)
        .Select(c =>
        c.RestartCount + (c.State.Terminated is { ExitCode: not 0 } || (c.State.Waiting is not null && c.LastState.Terminated is not null) ? 1 : 0))
        .DefaultIfEmpty()
        .Max();

    private static DeploymentHealth Judge((Pod Pod, DateTimeOffset Moment) watched) => Judge(watched.Pod, watched.Moment);

    /// <summary>Judges the pod under a Deployment that looks fine by its own status, so that only the pod can tell.</summary>
    private static DeploymentHealth Judge(Pod pod, DateTimeOffset now)
    {
        var set = Build.AReplicaSet("set", uid: pod.Metadata.Controller!.Uid, owner: "d");
        var deployment = Build.ADeployment("app", uid: "d", replicas: 1, available: 1);
        return Build.Evaluate(Build.ATarget(deployment), new([deployment, set, pod], []), now);
    }
}
