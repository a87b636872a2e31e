using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Microsoft.Extensions.Time.Testing;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Cluster.Snapshot;

/// <summary>Of the events of a cluster those are kept that concern what is looked after, and no more than a bound.</summary>
public class KeptEventsTests
{
    private static readonly HashSet<NamedObject> Web = [new("Deployment", "web")];

    private readonly FakeTimeProvider _clock = new(At(10));
    private readonly ClusterState _state;
    private readonly Pod _ours = APod("ours", owner: "rs");
    private readonly Pod _theirs = APod("theirs");

    public KeptEventsTests()
    {
        _state = new(_clock);
        foreach (var source in new[] { "all", "events" })
        {
            _state.Announce(source, new("", source));
            _state.Replace(source, true, []);
        }

        foreach (var o in new KubeObject[] { ADeployment(uid: "d"), AReplicaSet(uid: "rs", owner: "d"), _ours, _theirs })
            _state.Set("all", o);
    }

    [Fact]
    public void Events_about_what_nobody_looks_after_are_not_kept()
    {
        _state.KeepEventsOf(Web).Should().BeFalse("nothing was left out before");

        Happen(_ours, "a");
        Happen(_theirs, "b");

        _state.Snapshot().EventsAbout(_ours.Metadata.Uid).Should().ContainSingle();
        _state.Snapshot().EventsAbout(_theirs.Metadata.Uid).Should().BeEmpty();
        _state.IsWanted(Event(_theirs, "c")).Should().BeFalse("a list need not gather it");
    }

    [Fact]
    public void Who_looks_after_more_lists_again_what_was_left_out()
    {
        _state.KeepEventsOf(Web);
        Happen(_theirs, "a");

        _state.KeepEventsOf(Web).Should().BeFalse();
        _state.KeepEventsOf(new HashSet<NamedObject> { new("Deployment", "web"), new("Pod", "theirs") }).Should().BeTrue();
        Happen(_theirs, "a");
        _state.Snapshot().EventsAbout(_theirs.Metadata.Uid).Should().ContainSingle();
    }

    [Fact]
    public void An_event_that_is_ahead_of_its_object_is_kept_for_a_minute()
    {
        _state.KeepEventsOf(Web);
        var late = APod("late", owner: "rs");
        var never = APod("never");
        Happen(late, "a");
        Happen(never, "b");

        _state.Set("all", late);
        _clock.SetUtcNow(At(11.5));
        _state.DropEventsBefore(At(0));

        _state.Snapshot().EventsAbout(late.Metadata.Uid).Should().ContainSingle();
        _state.Snapshot().EventsAbout(never.Metadata.Uid).Should().BeEmpty();
    }

    [Fact]
    public void A_storm_of_events_is_bounded_in_all()
    {
        for (var i = 0; i < 3 * ClusterState.MostEvents; i++)
            _state.Set("events", Event(APod($"pod-{i % 2000}"), $"{i}", at: i / 60_000.0));

        _state.Counts().Single(c => c.Kind.Kind == "events").Objects.Should().BeInRange(ClusterState.MostEvents / 2, ClusterState.MostEvents);
        _state.IsWanted(Event(_theirs, "c")).Should().BeTrue("before the targets are known everything may be wanted");
        _state.KeepEventsOf(Web).Should().BeTrue("some were left out that may be wanted");
    }

    private void Happen(Pod about, string uid) => _state.Set("events", Event(about, uid));

    private static KubeEvent Event(Pod about, string uid, double at = 10)
    {
        var e = AnEvent(about, "BackOff", at: at);
        (e.Metadata.Uid, e.Metadata.Name) = (uid, uid);
        return e;
    }
}
