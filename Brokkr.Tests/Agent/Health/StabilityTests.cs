using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health;
using Brokkr.Agent.Health.Findings;
using Brokkr.Tests.Agent.Health.Pods;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Health;

/// <summary>What holds whatever the cluster shows: no flapping, no order, no memory of the agent's own.</summary>
public class StabilityTests
{
    private static readonly int[] RunSeconds = [0, 1, 7, 29, 60, 119, 240, 299, 301, 420, 599, 600, 601, 899, 1200, 1799, 1801, 2400, 3000, 3599];
    private static readonly int[] LongRunSeconds = [3600, 3601, 5400, 7200];

    public static TheoryData<string, string> PlacesAndPolicies => new()
    {
        { "app", "Always" }, { "app", "OnFailure" }, { "init", "Always" }, { "init", "OnFailure" }, { "sidecar", "Always" }, { "sidecar", "OnFailure" },
        { "sidecar", "Never" },
    };

    [Theory]
    [MemberData(nameof(PlacesAndPolicies))]
    public void From_its_second_crash_on_a_container_that_crashes_in_a_loop_is_degraded_at_every_moment(string place, string policy)
    {
        foreach (var cycle in Cycles(RunSeconds, place, policy))
        {
            var flaps = cycle.Samples(hours: 6).Where(s => s.Crashes >= 2 && Judge(s.Pod, s.Minutes) != OverallStatus.Degraded);
            flaps.Select(s => $"{cycle} after {s.Crashes} crashes, at minute {s.Minutes}").Should().BeEmpty();
        }
    }

    [Theory]
    [InlineData("app", "Always")]
    [InlineData("app", "OnFailure")]
    [InlineData("sidecar", "Always")]
    public void A_container_that_runs_for_an_hour_each_time_is_healthy_at_every_moment(string place, string policy)
    {
        foreach (var cycle in Cycles(LongRunSeconds, place, policy))
        {
            var faults = cycle.Samples(hours: 16).Where(s => Judge(s.Pod, s.Minutes) != OverallStatus.Healthy);
            faults.Select(s => $"{cycle} after {s.Crashes} crashes, at minute {s.Minutes}").Should().BeEmpty();
        }
    }

    [Fact]
    public void A_loop_that_ends_is_over_once_and_for_all()
    {
        var cycle = new CrashCycle(30, 1, "Always", "app");
        var (minutes, _, pod) = cycle.Samples(hours: 2).Last(s => s.Pod.Status.ContainerStatuses[0].State.Running is not null);

        var verdicts = Enumerable.Range(0, 120).Select(i => Judge(pod, minutes + i)).ToList();

        verdicts[0].Should().Be(OverallStatus.Degraded);
        verdicts[^1].Should().Be(OverallStatus.Healthy);
        verdicts.Zip(verdicts.Skip(1)).Count(pair => pair.First != pair.Second).Should().Be(1);
    }

    [Fact]
    public void The_order_of_objects_pods_and_events_does_not_matter()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var (named, objects, events) = RandomCluster.Create(random);
            var expected = Build.Evaluate(ATarget(named), new(objects, events), At(42)).ToWire(At(42));
            for (var round = 0; round < 5; round++)
            {
                random.Shuffle(named);
                random.Shuffle(objects);
                random.Shuffle(events);
                foreach (var pod in objects.OfType<Pod>())
                    pod.Status.Conditions.Reverse();

                Build.Evaluate(ATarget(named), new(objects, events), At(42)).ToWire(At(42)).Should().Be(expected, "seed {0}", seed);
            }
        }
    }

    [Fact]
    public void Two_agents_that_start_at_different_times_say_the_same_since()
    {
        var (first, second) = (RecordedCluster.ReadAnew(), RecordedCluster.ReadAnew());
        foreach (var o in first)
            o.GenerationSeenAt = RecordedCluster.Moment.AddDays(-1);
        foreach (var o in second)
            o.GenerationSeenAt = RecordedCluster.Moment.AddMinutes(9);
        foreach (var scenario in Directory.GetFiles(Path.Combine(RepositoryRoot.Fixtures, "scenarios")).Select(f => Path.GetFileNameWithoutExtension(f)!))
        {
            var now = RecordedCluster.Moment.AddMinutes(10);
            var target = RecordedCluster.Scenario(scenario);

            Build.Evaluate(target, new([.. second], RecordedCluster.Events), now).ToWire(now)
                .Should().Be(Build.Evaluate(target, new([.. first], RecordedCluster.Events), now).ToWire(now), scenario);
        }
    }

    private static IEnumerable<CrashCycle> Cycles(int[] runs, string place, string policy) =>
        from seconds in runs
        from exitCode in new[] { 0, 1, 137, 143 }
        let cycle = new CrashCycle(seconds, exitCode, policy, place)
        where cycle.IsRestarted
        select cycle;

    /// <summary>Under a Deployment that looks fine by its own status, so that only the pod can tell.</summary>
    private static OverallStatus Judge(Pod pod, double minutes) =>
        JudgeFirst(minutes, ADeployment(uid: "d"), AReplicaSet(uid: "rs", owner: "d"), pod).Status;
}
