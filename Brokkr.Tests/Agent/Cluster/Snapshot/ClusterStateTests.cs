using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;

namespace Brokkr.Tests.Agent.Cluster.Snapshot;

public class ClusterStateTests
{
    private static readonly KindId Pods = new("", "Pod");
    private static readonly KindId Jobs = new("batch", "Job");

    private readonly ClusterState _state = new(TimeProvider.System);

    [Fact]
    public void A_kind_is_known_when_every_announced_source_of_it_listed_or_failed()
    {
        _state.Knows([Pods]).Should().BeFalse();
        _state.Announce("pods in one", Pods, "one");
        _state.Announce("pods in two", Pods, "two");
        _state.Announce("jobs", Jobs);
        _state.Replace("pods in one", true, []);
        _state.Knows([Pods]).Should().BeFalse();

        _state.Fail("pods in two", Pods, new(KindAccess.Forbidden));

        _state.Knows([Pods]).Should().BeTrue();
        _state.Knows([Pods, Jobs]).Should().BeFalse();
    }

    [Fact]
    public void Objects_of_a_forgotten_source_are_gone()
    {
        var pod = PodNamed("web", "a");
        GivenPods(pod);
        _state.Snapshot().Find(pod.Id).Should().BeSameAs(pod);

        _state.Forget("pods");

        _state.Snapshot().Find(pod.Id).Should().BeNull();
    }

    [Fact]
    public void A_list_that_names_an_object_twice_keeps_the_later_one()
    {
        var later = PodNamed("web", "a");

        GivenPods(PodNamed("web", "a"), later);

        _state.Snapshot().Find(later.Id).Should().BeSameAs(later);
    }

    [Theory]
    [InlineData("pods in one", "pods in two")]
    [InlineData("pods in two", "pods in one")]
    public void A_kind_that_one_namespace_forbids_counts_as_forbidden_whichever_answered_last(string first, string last)
    {
        foreach (var source in new[] { first, last })
        {
            if (source == "pods in one")
                _state.Fail(source, Pods, new(KindAccess.Forbidden));
            else
            {
                _state.Announce(source, Pods);
                _state.Replace(source, true, []);
            }
        }

        _state.Snapshot().Readability("", "Pod").Access.Should().Be(KindAccess.Forbidden);
    }

    [Fact]
    public void A_kind_is_as_readable_in_a_namespace_as_it_is_there()
    {
        _state.Announce("pods in one", Pods, "one");
        _state.Announce("pods in two", Pods, "two");
        _state.Replace("pods in one", true, []);
        _state.Fail("pods in two", Pods, new(KindAccess.Unavailable));
        var snapshot = _state.Snapshot();

        snapshot.Readability("", "Pod", "one").Access.Should().Be(KindAccess.Readable);
        snapshot.Readability("", "Pod", "two").Access.Should().Be(KindAccess.Unavailable);
        snapshot.Readability("", "Pod", "three").Access.Should().Be(KindAccess.Forbidden, "nobody looks there");
    }

    [Fact]
    public void Only_the_first_failure_of_its_sort_is_news()
    {
        GivenPods();

        _state.Fail("pods", Pods, new(KindAccess.Unavailable, Message: "refused")).Should().BeTrue();
        _state.Fail("pods", Pods, new(KindAccess.Unavailable, Message: "timed out")).Should().BeFalse();
        _state.Fail("pods", Pods, new(KindAccess.Forbidden)).Should().BeTrue();
    }

    [Fact]
    public void A_copy_stands_still_while_the_state_moves_on()
    {
        var pod = PodNamed("web", "a");
        GivenPods(pod);
        var before = _state.Snapshot();

        _state.Remove("pods", pod);

        before.Find(pod.Id).Should().BeSameAs(pod);
        _state.Snapshot().Find(pod.Id).Should().BeNull();
    }

    [Fact]
    public void What_was_looked_at_is_touched_by_changes_of_it_and_of_nothing_else()
    {
        var (set, pod, other) = (Build.AReplicaSet("web", "rs"), Build.APod("web-a", "rs"), Build.APod("other"));
        _state.Announce("all", Pods);
        _state.Replace("all", true, [set, pod, other]);
        var lookups = new Lookups();
        _state.Read(lookups, snapshot => snapshot.Find(set.Id) is { } found
            ? snapshot.OwnedBy(found.Metadata.Uid).Count() + snapshot.EventsAbout(pod.Metadata.Uid).Count()
            : 0).Should().Be(1);

        Touched(() => _state.Set("all", Build.APod("other"))).Should().BeFalse();
        Touched(() => _state.Set("all", Build.AnEvent(other, "BackOff"))).Should().BeFalse();
        Touched(() => _state.Set("all", Build.AReplicaSet("web", "rs"))).Should().BeTrue();
        Touched(() => _state.Set("all", Build.APod("web-b", "rs"))).Should().BeTrue("a new pod of the set");
        Touched(() => _state.Remove("all", pod)).Should().BeTrue("a pod of the set is gone");
        Touched(() => _state.Set("all", Build.AnEvent(pod, "BackOff"))).Should().BeTrue("an event about the pod");
        Touched(() => _state.Fail("all", Pods, new(KindAccess.Forbidden))).Should().BeTrue("what can be read concerns everything");

        bool Touched(Action change)
        {
            _state.TakeChanges();
            change();
            return lookups.AreTouchedBy(_state.TakeChanges());
        }
    }

    [Fact]
    public void What_is_looked_for_and_not_there_is_touched_when_it_comes()
    {
        GivenPods();
        var (lookups, pod) = (new Lookups(), PodNamed("web", "a"));
        _state.Read(lookups, snapshot => snapshot.Find(pod.Id));
        _state.TakeChanges();

        _state.Set("pods", pod);

        lookups.AreTouchedBy(_state.TakeChanges()).Should().BeTrue();
    }

    [Fact]
    public void A_list_that_brings_nothing_new_changes_nothing()
    {
        var pod = PodNamed("web", "a", version: "7");
        GivenPods(pod);
        var lookups = new Lookups();
        _state.Read(lookups, snapshot => snapshot.Find(pod.Id));
        _state.TakeChanges();

        GivenPods((Pod)_state.Known("pods", PodNamed("web", "a", version: "7")));

        lookups.AreTouchedBy(_state.TakeChanges()).Should().BeFalse();
        _state.Known("pods", PodNamed("web", "a", version: "8")).Should().NotBeSameAs(pod);
    }

    [Fact]
    public void Fifty_events_about_an_object_are_kept_and_the_newest_win()
    {
        var pod = PodNamed("web", "a");
        GivenPods(pod);
        for (var i = 0; i < 60; i++)
        {
            var e = Build.AnEvent(pod, $"Reason{i}", at: i);
            e.Metadata.Uid = $"e{i}";
            _state.Set("pods", e);
        }

        _state.Snapshot().EventsAbout("a").Select(e => e.Reason).Should().HaveCount(50).And.NotContain("Reason9").And.Contain("Reason59");
        _state.Counts().Single().Objects.Should().Be(51);
    }

    [Fact]
    public void Old_events_are_dropped()
    {
        var pod = PodNamed("web", "a");
        GivenPods(pod);
        var (old, recent) = (Build.AnEvent(pod, "Old", at: 0), Build.AnEvent(pod, "Recent", at: 30));
        (old.Metadata.Uid, recent.Metadata.Uid) = ("e1", "e2");
        _state.Set("pods", old);
        _state.Set("pods", recent);

        _state.DropEventsBefore(Build.At(15));

        _state.Snapshot().EventsAbout("a").Select(e => e.Reason).Should().Equal("Recent");
    }

    [Fact]
    public void An_object_keeps_the_time_its_generation_was_first_seen()
    {
        var first = PodNamed("web", "a");
        GivenPods(first);
        first.GenerationSeenAt.Should().NotBeNull();

        var second = PodNamed("web", "a");
        _state.Set("pods", second);

        second.GenerationSeenAt.Should().Be(first.GenerationSeenAt);
    }

    private void GivenPods(params Pod[] pods)
    {
        _state.Announce("pods", Pods);
        _state.Replace("pods", true, pods);
    }

    private static Pod PodNamed(string name, string uid, string? version = null) =>
        new() { ApiVersion = "v1", Kind = "Pod", Metadata = new() { Name = name, Namespace = "demo", Uid = uid, Generation = 1, ResourceVersion = version } };
}
