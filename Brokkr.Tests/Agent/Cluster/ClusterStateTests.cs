using Brokkr.Agent;
using Brokkr.Agent.Cluster;

namespace Brokkr.Tests.Agent.Cluster;

public class ClusterStateTests
{
    private static readonly KindId Pods = new("", "Pod");
    private static readonly KindId Jobs = new("batch", "Job");

    private readonly ClusterState _state = new(new AgentOptions(), TimeProvider.System);

    [Fact]
    public void It_is_not_ready_before_every_announced_source_listed_or_failed()
    {
        _state.IsReady.Should().BeFalse();
        _state.Announce("pods", Pods);
        _state.Announce("jobs", Jobs);
        _state.Replace("pods", Pods, true, []);
        _state.IsReady.Should().BeFalse();

        _state.Fail("jobs", Jobs, new(KindAccess.Forbidden));

        _state.IsReady.Should().BeTrue();
    }

    [Fact]
    public void A_source_that_is_forgotten_before_it_listed_is_no_longer_waited_for()
    {
        _state.Announce("pods", Pods);
        _state.Announce("jobs", Jobs);
        _state.Replace("pods", Pods, true, []);

        _state.Forget("jobs");

        _state.IsReady.Should().BeTrue();
    }

    [Fact]
    public void Objects_of_a_forgotten_source_are_gone()
    {
        var pod = PodNamed("web", "a");
        _state.Replace("pods", Pods, true, [pod]);
        _state.Snapshot().Find(pod.Id).Should().BeSameAs(pod);

        _state.Forget("pods");

        _state.Snapshot().Find(pod.Id).Should().BeNull();
    }

    [Fact]
    public void A_list_that_names_an_object_twice_keeps_the_later_one()
    {
        var later = PodNamed("web", "a");

        _state.Replace("pods", Pods, true, [PodNamed("web", "a"), later]);

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
                _state.Replace(source, Pods, true, []);
        }

        _state.Snapshot().Readability("", "Pod").Access.Should().Be(KindAccess.Forbidden);
    }

    [Fact]
    public void A_snapshot_is_kept_until_something_changes()
    {
        _state.Replace("pods", Pods, true, []);
        var first = _state.Snapshot();
        _state.Snapshot().Should().BeSameAs(first);

        _state.Set("pods", PodNamed("web", "a"));

        _state.Snapshot().Should().NotBeSameAs(first);
    }

    [Fact]
    public void An_object_keeps_the_time_its_generation_was_first_seen()
    {
        var first = PodNamed("web", "a");
        _state.Replace("pods", Pods, true, [first]);
        first.GenerationSeenAt.Should().NotBeNull();

        var second = PodNamed("web", "a");
        _state.Set("pods", second);

        second.GenerationSeenAt.Should().Be(first.GenerationSeenAt);
    }

    private static Pod PodNamed(string name, string uid) =>
        new() { ApiVersion = "v1", Kind = "Pod", Metadata = new() { Name = name, Namespace = "demo", Uid = uid, Generation = 1 } };
}
