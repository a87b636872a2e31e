using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;
using static Brokkr.Tests.Agent.Build;
using static Brokkr.Tests.Agent.Health.Watched;

namespace Brokkr.Tests.Agent.Health;

/// <summary>Troubles that come and go, looked at every second for hours: the status changes where it should, and nowhere else.</summary>
public class FlappingTests
{
    [Fact]
    public void A_lost_node_degrades_what_ran_on_it_until_new_pods_are_ready_however_young_they_are()
    {
        const double Lost = 100.7, Deleted = 105.8, Ready = 107.5;

        Changes(ADeployment(replicas: 2, uid: "d"), Story, 95, 115).Select(c => c.Status)
            .Should().Equal(OverallStatus.Healthy, OverallStatus.Degraded, OverallStatus.Healthy);
        var changes = Changes(ADeployment(replicas: 2, uid: "d"), Story, 95, 115);
        changes[1].Minute.Should().BeApproximately(Lost + 5, 0.05);
        changes[2].Minute.Should().BeApproximately(Ready, 0.05);

        IEnumerable<KubeObject> Story(double now)
        {
            var isUp = now < Lost || now >= Ready;
            yield return ADeployment(replicas: 2, uid: "d").WithStatus(isUp ? 2 : 0, isUp ? "True" : "False", now < Lost ? 1 : isUp ? Ready : Lost);
            yield return AReplicaSet(uid: "rs", owner: "d", replicas: 2).WithStatus(isUp ? 2 : 0);
            yield return new Node
            {
                ApiVersion = "v1",
                Kind = "Node",
                Metadata = new() { Name = "n1", Uid = "n1", CreationTimestamp = Start },
                Status = new() { Conditions = [ACondition("Ready", now < Lost ? "True" : "Unknown", at: now < Lost ? 0 : Lost)] },
            };
            foreach (var name in new[] { "a", "b" })
            {
                if (now < Deleted + 4.5)
                {
                    var old = APodOf(name, "rs", 0, now < Lost ? 1 : null, now, "n1");
                    old.Metadata.DeletionTimestamp = now >= Deleted ? At(Deleted) : null;
                    if (now >= Lost)
                        old.Status.Conditions[2].LastTransitionTime = At(Lost);
                    yield return old;
                }

                if (now >= Deleted)
                    yield return APodOf($"new-{name}", "rs", Deleted, Ready, now, "n2");
            }
        }
    }

    [Theory]
    [InlineData(2.5, 2.4)]
    [InlineData(1.0 / 3, 0.02)]
    public void Pods_that_are_thrown_out_or_rejected_again_and_again_degrade_once_and_for_all(double every, double livesFor)
    {
        var changes = Changes(ADeployment(uid: "d"), Story, 1, 240);

        changes.Select(c => c.Status).Should().Equal(OverallStatus.Healthy, OverallStatus.Degraded);
        changes[1].Minute.Should().BeLessThan(10);

        IEnumerable<KubeObject> Story(double now)
        {
            yield return ADeployment(uid: "d").WithStatus(0, "False", 0.1);
            yield return AReplicaSet(uid: "rs", owner: "d").WithStatus(0);
            var round = (int)((now - 1) / every);
            for (var i = Math.Max(0, round - 50); i <= round; i++)
            {
                var created = 1 + (i * every);
                yield return now < created + livesFor
                    ? APodOf($"p{i}", "rs", created, null, now)
                    : AnEndedPod($"p{i}", "rs", created, created + livesFor, livesFor < 1 ? "OutOfmemory" : "Evicted");
            }
        }
    }

    [Theory]
    [InlineData(double.MaxValue)]
    [InlineData(30)]
    public void A_quota_degrades_as_long_as_it_refuses_however_rarely_the_controller_tries(double restarts)
    {
        var changes = Changes(AStatefulSet(replicas: 3), Story, 5, 360, restarts);

        changes.Select(c => c.Status).Should().Equal(OverallStatus.Healthy, OverallStatus.Degraded);
        changes[1].Minute.Should().BeApproximately(10, 0.2);

        static IEnumerable<KubeObject> Story(double now)
        {
            var set = AStatefulSet(replicas: 3).WithStatus(now < 10 ? 3 : 2);
            set.Status.Replicas = now < 10 ? 3 : 2;
            yield return set;
            for (var i = 0; i < (now < 10 ? 3 : 2); i++)
                yield return APodOf($"db-{i}", "uid-db", 0, 1, now);
            // The pause doubles up to 1000 seconds.
            var (last, pause) = (10.0, 0.1);
            while (last + pause <= now)
                (last, pause) = (last + pause, Math.Min(pause * 2, 1000 / 60.0));
            if (now >= 10)
                yield return AnEvent(set, "FailedCreate", "exceeded quota", at: last, first: 10);
        }
    }

    [Fact]
    public void A_pod_that_is_replaced_before_it_is_late_keeps_its_place_late()
    {
        // A liveness check elsewhere deletes the pod every four minutes; each of them alone is in time.
        var changes = Changes(AStatefulSet(replicas: 1), Story, 1, 120);

        changes.Select(c => c.Status).Should().Equal(OverallStatus.Healthy, OverallStatus.Degraded);
        changes[1].Minute.Should().BeApproximately(20, 0.2);

        static IEnumerable<KubeObject> Story(double now)
        {
            yield return AStatefulSet(replicas: 1).WithStatus(now < 10 ? 1 : 0);
            if (now < 10)
                yield return APodOf("db-0", "uid-db", 0, 1, now);
            else if ((now - 10) % 4 > 0.05)
                yield return APodOf("db-0", "uid-db", now - ((now - 10) % 4) + 0.05, null, now);
        }
    }

    [Theory]
    [InlineData(double.MaxValue)]
    [InlineData(7)]
    public void An_hourly_cron_job_with_runs_of_five_minutes_stays_healthy(double restarts)
    {
        Changes(ACronJob(0), Story, 1, 12 * 60, restarts).Select(c => c.Status).Should().Equal(OverallStatus.Healthy);

        static IEnumerable<KubeObject> Story(double now)
        {
            yield return ACronJob(now);
            for (var hour = Math.Max(0, (int)(now / 60) - 3); hour <= (int)(now / 60); hour++)
            {
                var job = AJob($"run-{hour}", $"run-{hour}", "uid-nightly");
                (job.Metadata.CreationTimestamp, job.Status.StartTime) = (At(hour * 60), At(hour * 60));
                if (now >= (hour * 60) + 5)
                    (job.Status.Conditions, job.Status.CompletionTime, job.Status.Succeeded) = ([ACondition("Complete")], At((hour * 60) + 5), 1);
                yield return job;
                if (now < (hour * 60) + 5 && now > (hour * 60) + 0.02)
                    yield return APodOf($"pod-{hour}", $"run-{hour}", hour * 60, (hour * 60) + 0.2, now);
            }
        }

        static Workload ACronJob(double now)
        {
            var cronJob = AWorkload("batch/v1", "CronJob", "nightly");
            (cronJob.Spec.Schedule, cronJob.Spec.ConcurrencyPolicy) = ("0 * * * *", "Forbid");
            var hour = (int)(now / 60);
            (cronJob.Status.LastScheduleTime, cronJob.Status.Active) = (At(hour * 60), now < (hour * 60) + 5 ? 1 : 0);
            cronJob.Status.LastSuccessfulTime = now < (hour * 60) + 5 ? hour == 0 ? null : At(((hour - 1) * 60) + 5) : At((hour * 60) + 5);
            return cronJob;
        }
    }
}
