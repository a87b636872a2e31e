using Brokkr.Agent.Cluster;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health;
using Brokkr.Agent.Targets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static Brokkr.Tests.Agent.Build;
using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Tests.Agent.Health;

/// <summary>What is judged anew, and what is due to be sent.</summary>
public class VerdictsTests
{
    private readonly HealthOptions _options = new();
    private readonly ClusterState _cluster = new(new FakeTimeProvider(Start));
    private readonly Assignment _web = AnAssignment(ADeployment("web", uid: "d1"));
    private readonly Assignment _shop = AnAssignment(ADeployment("shop", uid: "d2"));
    private Verdicts? _verdicts;

    public VerdictsTests()
    {
        foreach (var kind in BaseKinds.Needed)
        {
            _cluster.Announce(kind.Kind, kind);
            _cluster.Replace(kind.Kind, true, []);
        }

        foreach (var (name, uid) in new[] { ("web", "d1"), ("shop", "d2") })
        {
            _cluster.Set("Deployment", ADeployment(name, uid: uid));
            _cluster.Set("ReplicaSet", AReplicaSet($"{name}-1", $"rs-{name}", uid));
            _cluster.Set("Pod", APod($"{name}-1-a", $"rs-{name}"));
        }
    }

    [Fact]
    public void Everything_is_due_once_and_then_nothing_until_something_changes()
    {
        Send(At(1)).Should().BeEquivalentTo([_web.Target.Id, _shop.Target.Id]);

        Send(At(1.1)).Should().BeEmpty();
        _cluster.Set("Pod", ABrokenPod("web"));

        Send(At(1.2)).Should().Equal(_web.Target.Id);
        Send(At(1.3)).Should().BeEmpty();
    }

    [Fact]
    public void A_change_that_the_rules_do_not_see_is_not_sent()
    {
        Send(At(1));
        var relabelled = APod("web-1-a", "rs-web");
        relabelled.Metadata.ResourceVersion = "12";

        _cluster.Set("Pod", relabelled);

        Send(At(1.1)).Should().BeEmpty();
    }

    [Fact]
    public void A_full_report_holds_everything()
    {
        Send(At(1));

        Send(At(2), everything: true).Should().HaveCount(2);
    }

    [Fact]
    public void What_is_only_judged_anew_is_not_due_unless_the_broker_lacks_it()
    {
        Send(At(1));
        _verdicts!.Due([_web, _shop], At(2), judgesAll: true, everything: false).Should().BeEmpty();

        _verdicts.Reopen([_web.Target.Id, Guid.NewGuid()]);
        Send(At(2.1)).Should().Equal(_web.Target.Id);

        _verdicts.Reopen();
        Send(At(2.2)).Should().BeEquivalentTo([_web.Target.Id, _shop.Target.Id]);
    }

    [Fact]
    public void What_could_not_be_sent_stays_due_and_the_newest_state_wins()
    {
        Send(At(1));
        _cluster.Set("Pod", ABrokenPod("web"));
        Due(At(1.1)).Should().ContainSingle().Which.Report.Status.Should().Be(Word.Degraded);
        Due(At(1.2)).Should().ContainSingle("the broker does not have it yet");

        _cluster.Set("Pod", APod("web-1-a", "rs-web"));

        Due(At(1.3)).Should().ContainSingle("a call that failed may have arrived").Which.Report.Status.Should().Be(Word.Healthy);
        _cluster.Set("Pod", ABrokenPod("web"));
        Send(At(1.4)).Should().Equal(_web.Target.Id);
    }

    [Fact]
    public void A_deadline_that_passes_without_a_change_is_due_when_it_passes()
    {
        var pod = AStartingPod("ContainerCreating");
        (pod.Metadata.Name, pod.Metadata.Uid) = ("web-1-a", "uid-web-1-a");
        pod.Metadata.OwnerReferences = [new() { Uid = "rs-web", Controller = true }];
        _cluster.Set("Pod", pod);
        Due(At(4.5), everything: true).Should().Contain(d => d.Report.Status == Word.Healthy).And.OnlyContain(d => Sent(d));

        Due(At(4.95)).Should().BeEmpty();

        Due(At(5).AddSeconds(2)).Should().ContainSingle().Which.Report.Status.Should().Be(Word.Degraded);
    }

    [Fact]
    public void A_deadline_beyond_the_next_full_report_is_found_by_it()
    {
        _options.CheckInterval = 60;
        var pod = AStartingPod("ContainerCreating");
        pod.Metadata.OwnerReferences = [new() { Uid = "rs-web", Controller = true }];
        _cluster.Set("Pod", pod);
        Send(At(1), everything: true);
        Send(At(2), everything: true);
        Send(At(3), everything: true);
        Send(At(4), everything: true);

        Send(At(5).AddSeconds(1.5)).Should().Equal(_web.Target.Id);
    }

    [Fact]
    public void An_object_whose_kind_was_not_looked_for_yet_waits_and_the_others_do_not()
    {
        var widget = new KubeObject { ApiVersion = "example.com/v1", Kind = "Widget", Metadata = new() { Name = "w", Namespace = "shop", Uid = "w" } };
        var assignment = AnAssignment(widget);

        Due(At(1), [_web, assignment]).Select(d => d.Report.Id).Should().Equal($"{_web.Target.Id}");
        _cluster.Announce("widgets", new("example.com", "Widget"));
        Due(At(1.1), [_web, assignment]).Select(d => d.Report.Id).Should().NotContain($"{assignment.Target.Id}");

        _cluster.Replace("widgets", true, [widget]);

        Due(At(1.2), [_web, assignment]).Select(d => d.Report.Id).Should().Contain($"{assignment.Target.Id}");
    }

    [Fact]
    public void What_cannot_be_read_any_more_makes_only_its_own_unknown_and_keeps_the_rest()
    {
        Send(At(1));
        var set = AnAssignment(AStatefulSet());
        _cluster.Set("StatefulSet", AStatefulSet(replicas: 0));

        _cluster.Fail("Deployment", new("apps", "Deployment"), new(KindAccess.Unavailable, true, "refused"));

        var due = Due(At(1.1), [_web, _shop, set]);
        due.Should().HaveCount(3);
        due.Single(d => d.Report.Id == $"{_web.Target.Id}").Report.Status.Should().Be(Word.Unknown);
        due.Single(d => d.Report.Id == $"{set.Target.Id}").Report.Status.Should().Be(Word.Healthy);
    }

    [Fact]
    public void An_object_outside_the_watched_namespaces_is_unknown_never_missing()
    {
        _cluster.Forget("Deployment");
        _cluster.Announce("deployments in elsewhere", new("apps", "Deployment"), "elsewhere");
        _cluster.Replace("deployments in elsewhere", true, []);

        var report = Due(At(600), [_web]).Should().ContainSingle().Which.Report;

        report.Status.Should().Be(Word.Unknown);
        report.Summary.Conditions.Should().Equal("Forbidden");
        report.Summary.Findings.Single().Message.Should().Contain("namespace shop is not among agent.namespaces");
    }

    [Fact]
    public void Switched_off_every_object_is_unknown_and_the_cluster_does_not_matter()
    {
        _options.Enabled = false;
        foreach (var kind in BaseKinds.Needed)
            _cluster.Forget(kind.Kind);

        var due = Due(At(1));

        due.Should().HaveCount(2).And.OnlyContain(d => d.Report.Status == Word.Unknown && d.Report.Summary.Conditions.Single() == "HealthDisabled");
    }

    [Fact]
    public void A_new_revision_is_judged_and_what_is_no_longer_assigned_is_forgotten()
    {
        Send(At(1));

        Due(At(1.1), [_web]).Should().BeEmpty();
        Due(At(1.2), [_web, _shop]).Should().ContainSingle("it was forgotten meanwhile").Which.Report.Id.Should().Be($"{_shop.Target.Id}");
        Due(At(1.3), [_web with { Malformed = "line 1, column 2: bad" }, _shop]).Select(d => d.Report.Status).Should().Contain(Word.Failing);
    }

    [Fact]
    public void What_the_agent_has_not_applied_yet_is_not_missed_however_old_it_is()
    {
        var clock = new FakeTimeProvider(At(600));
        var refusals = new Refusals(applies: true, clock);
        var absent = AnAssignment(ADeployment("absent", uid: "d3"));
        var verdicts = new Verdicts(_cluster, refusals, _options, ShippedRules, NullLogger.Instance);

        Status(At(600)).Should().Be(Word.Healthy);
        Status(At(605)).Should().Be(Word.Healthy, "the first attempt still runs");
        clock.SetUtcNow(At(605));
        refusals.Set(absent.Target.Id, []);
        Status(At(605.9)).Should().Be(Word.Healthy, "the watch has a minute to bring it");
        Status(At(606)).Should().Be(Word.Failing);

        Word Status(DateTimeOffset now) => verdicts.Due([absent], now, judgesAll: true, everything: true).Single().Report.Status;
    }

    private IReadOnlyList<DueReport> Due(DateTimeOffset now, IReadOnlyList<Assignment>? assignments = null, bool everything = false) =>
        (_verdicts ??= new(_cluster, new(), _options, ShippedRules, NullLogger.Instance)).Due(assignments ?? [_web, _shop], now, judgesAll: false, everything);

    private IReadOnlyList<DueReport> Due(DateTimeOffset now, bool everything) => Due(now, null, everything);

    private IEnumerable<Guid> Send(DateTimeOffset now, bool everything = false) =>
        Due(now, everything).Where(Sent).Select(d => Guid.Parse(d.Report.Id)).ToList();

    private static bool Sent(DueReport due)
    {
        due.MarkSent();
        return true;
    }

    private static Pod ABrokenPod(string of)
    {
        var pod = APodWith(Waiting("ErrImagePull"), owner: $"rs-{of}");
        (pod.Metadata.Name, pod.Metadata.Uid) = ($"{of}-1-a", $"uid-{of}-1-a");
        return pod;
    }

    private static Assignment AnAssignment(KubeObject named) => new(ATarget(named) with { Id = Guid.NewGuid() }, null);
}
