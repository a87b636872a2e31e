using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;
using static Brokkr.Tests.Agent.Build;
using static Brokkr.Tests.Agent.Health.Watched;

namespace Brokkr.Tests.Agent.Health;

/// <summary>What happens in every cluster and is no trouble, looked at every second: nobody is called.</summary>
public class FalseAlarmTests
{
    [Fact]
    public void A_deployment_is_scaled_to_zero_and_back() => Expect(ADeployment(uid: "d"), 1, 60, now =>
    {
        var wanted = now is >= 20 and < 40 ? 0 : 1;
        var isStarting = now is >= 40 and < 42;
        List<KubeObject> all = [ADeployment(replicas: wanted, uid: "d").WithStatus(isStarting ? 0 : wanted, isStarting ? "False" : "True", 40)];
        all.Add(AReplicaSet(uid: "rs", owner: "d", replicas: wanted).WithStatus(isStarting ? 0 : wanted));
        if (now < 20.5)
            all.Add(APodOf("a", "rs", 0, 1, now));
        if (now >= 40.02)
            all.Add(APodOf("b", "rs", 40, 42, now));
        return all;
    });

    [Fact]
    public void A_recreated_deployment_migrates_its_data_for_twelve_minutes() => Expect(WithInit(ADeployment(uid: "d")), 1, 60, now =>
    {
        var isUp = now is < 20 or >= 32;
        var deployment = WithInit(ADeployment(uid: "d")).WithStatus(isUp ? 1 : 0, isUp ? "True" : "False", isUp ? 32 : 20);
        deployment.Metadata.ManagedFields = [new() { Time = At(now < 20 ? 0 : 20) }];
        List<KubeObject> all = [deployment, AReplicaSet(uid: "rs", owner: "d").WithStatus(isUp ? 1 : 0)];
        if (now < 20)
            all.Add(APodOf("a", "rs", 0, 1, now));
        else if (now >= 32)
            all.Add(APodOf("b", "rs", 20, 32, now));
        else if (now > 20.1)
            all.Add(AnInitializingPod("b", "rs", 20.1));
        return all;
    });

    [Fact]
    public void A_model_server_loads_for_25_minutes_under_its_startup_probe() => Expect(WithStartup(AStatefulSet(replicas: 1)), 1, 90, now =>
    {
        // Its first start, and the one after its pod was moved to another node.
        var (created, ready) = now < 40 ? (0.0, 26.0) : (40.0, 66.0);
        var pod = APodOf("db-0", "uid-db", created, ready, now);
        pod.Spec.Containers = Slow;
        pod.Status.ContainerStatuses[0].State = Running(created + 1);
        return [WithStartup(AStatefulSet(replicas: 1)).WithStatus(now >= ready ? 1 : 0), pod];
    });

    [Fact]
    public void A_stateful_set_starts_20_pods_one_after_the_other() => Expect(AStatefulSet(replicas: 20), 0, 100, now =>
    {
        var ready = Math.Min(20, (int)(now / 4));
        var set = AStatefulSet(replicas: 20).WithStatus(ready);
        set.Status.Replicas = Math.Min(20, ready + 1);
        return [set, .. Enumerable.Range(0, Math.Min(20, ready + 1)).Select(i => APodOf($"db-{i}", "uid-db", i * 4, (i + 1) * 4, now))];
    });

    [Fact]
    public void A_stateful_set_rolls_20_slow_pods() => Expect(AStatefulSet(replicas: 20), 1, 100, now =>
    {
        // One after the other from the last: away for a moment, then three minutes until it is ready.
        var set = AStatefulSet(replicas: 20).WithStatus(now is > 10 and < 90 ? 19 : 20);
        set.Status.UpdateRevision = now > 10 ? "2" : "1";
        set.Status.UpdatedReplicas = (int)Math.Clamp((now - 10) / 4, 0, 20);
        return
        [
            set,
            .. Enumerable.Range(0, 20).Select(i => (Name: $"db-{i}", Begins: 10 + ((19 - i) * 4.0))).Where(p => now < p.Begins || now > p.Begins + 0.05)
                .Select(p => now < p.Begins ? APodOf(p.Name, "uid-db", 0, 1, now) : APodOf(p.Name, "uid-db", p.Begins + 0.05, p.Begins + 3.9, now)),
        ];
    });

    [Fact]
    public void A_daemon_set_rolls_over_60_nodes() => Expect(ADaemonSet(60), 1, 75, now =>
    {
        var set = ADaemonSet(60, now is > 5 and < 65 ? 59 : 60);
        set.Status.UpdatedNumberScheduled = (int)Math.Clamp(now - 5, 0, 60);
        return
        [
            set,
            .. Enumerable.Range(0, 60).Where(i => now < 5 + i || now > 5 + i + 0.05).Select(i => now < 5 + i
                ? APodOf($"agent-{i}", "uid-agent", 0, 1, now, $"n{i}")
                : APodOf($"agent-{i}-new", "uid-agent", 5 + i + 0.05, 5 + i + 0.9, now, $"n{i}")),
        ];
    });

    [Fact]
    public void Nodes_join_and_get_their_pod() => Expect(ADaemonSet(5), 1, 40, now =>
    {
        var (joined, ready) = (now < 10 ? 5 : 10, now < 10 ? 5 : now < 13 ? 5 : 10);
        var set = ADaemonSet(joined, ready);
        set.Status.CurrentNumberScheduled = now is >= 10 and < 10.1 ? 5 : joined;
        return [set, .. Enumerable.Range(0, now < 10.1 ? 5 : 10).Select(i => APodOf($"agent-{i}", "uid-agent", i < 5 ? 0 : 10, i < 5 ? 1 : 13, now, $"n{i}"))];
    });

    [Theory]
    [InlineData("Succeeded")]
    [InlineData("Failed")]
    public void Nodes_are_drained_or_taken_back_and_the_pods_come_again_elsewhere(string phase) => Expect(ADeployment(replicas: 3, uid: "d"), 1, 120, now =>
    {
        // Every ten minutes one of three pods moves, which takes two.
        var away = now >= 10 && now % 10 < 2;
        List<KubeObject> all =
        [
            ADeployment(replicas: 3, uid: "d").WithStatus(away ? 2 : 3, "True", 1), AReplicaSet(uid: "rs", owner: "d", replicas: 3).WithStatus(away ? 2 : 3),
            APodOf("a", "rs", 0, 1, now), APodOf("b", "rs", 0, 1, now),
        ];
        var round = (int)(now / 10);
        all.Add(APodOf($"c{round}", "rs", round * 10, (round * 10) + (round == 0 ? 1 : 2), now));
        for (var i = Math.Max(0, round - 4); i < round; i++)
        {
            var gone = AnEndedPod($"c{i}", "rs", i * 10, (i + 1) * 10, "Terminated");
            gone.Status.Phase = phase;
            all.Add(gone);
        }

        return all;
    });

    [Fact]
    public void What_was_suspended_stays_quiet()
    {
        var cronJob = AWorkload("batch/v1", "CronJob", "nightly");
        (cronJob.Spec.Schedule, cronJob.Spec.Suspend) = ("*/5 * * * *", true);
        var job = AJob();
        job.Spec.Suspend = true;
        foreach (var suspended in new[] { cronJob, job })
            Expect(suspended, 1, 100, _ => [suspended]);
    }

    private static void Expect(KubeObject first, double from, double to, Func<double, IEnumerable<KubeObject>> story) =>
        Changes(first, story, from, to).Should().Equal((from, OverallStatus.Healthy));

    private static Workload WithInit(Workload workload)
    {
        workload.Spec.Template = new() { Spec = new() { InitContainers = [new() { Name = "migrate" }] } };
        return workload;
    }

    private static List<Container> Slow => [new() { Name = "app", StartupProbe = new() { FailureThreshold = 180, PeriodSeconds = 10 } }];

    private static Workload WithStartup(Workload workload)
    {
        workload.Spec.Template = new() { Spec = new() { Containers = Slow } };
        return workload;
    }

    private static Pod AnInitializingPod(string name, string owner, double created)
    {
        var pod = APodOf(name, owner, created, null, created);
        pod.Status.Phase = "Pending";
        pod.Status.InitContainerStatuses = [new() { Name = "migrate", State = Running(created + 0.1) }];
        pod.Spec.InitContainers = [new() { Name = "migrate" }];
        pod.Status.ContainerStatuses[0].State = Waiting("PodInitializing");
        return pod;
    }
}
