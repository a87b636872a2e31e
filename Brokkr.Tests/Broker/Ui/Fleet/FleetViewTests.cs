using Brokkr.Broker.Ui.Fleet;
using Google.Protobuf.WellKnownTypes;
using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Tests.Broker.Ui.Fleet;

public sealed class FleetViewTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 14, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Nothing_is_wrong_only_where_everybody_is_heard_and_everything_healthy()
    {
        Of(new() { Healthy = 9 }, new() { Reporting = 412 }).IsWell.Should().BeTrue();
        Of(new() { Healthy = 9 }, new() { Reporting = 412 }).HeardSaid.Should().Be("412 of 412 clusters heard");
        Of(new() { Healthy = 9, Degraded = 1 }, new() { Reporting = 412 }).IsWell.Should().BeFalse();
        Of(new() { Healthy = 9 }, new() { Reporting = 411, Silent = 1 }).IsWell.Should().BeFalse();
        Of(new() { Healthy = 9 }, new() { Reporting = 411, Never = 1 }).IsWell.Should().BeFalse();
        Of(new(), new()).IsWell.Should().BeFalse("nobody is there");
    }

    [Fact]
    public void A_group_says_where_it_is_and_leads_to_its_oldest_and_to_all()
    {
        var wrong = Of(new(), new(), Group("ImagePullBackOff", 37), Group("", 1), Group("Stale", 200), Group("NeverReported", 2)).Wrong;

        wrong.Select(w => (w.Condition, w.Where)).Should().Equal(("ImagePullBackOff", "37 clusters"), ("", "eu-3"));
        wrong[0].Path.Should().Be("/ui/objects/shop/web?agent=eu-3");
        wrong[0].All.Should().Be("/ui/objects?condition=ImagePullBackOff&stack=shop&text=web");
        wrong.Select(w => w.Anchor).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Changes_are_those_of_the_last_hour_and_the_last_one_is_known_besides()
    {
        Of(new(), new(), Change(Now.AddMinutes(-2)), Change(Now.AddMinutes(-61))).Changes.Should().ContainSingle();
        var old = Of(new(), new(), Change(Now.AddHours(-3)));
        old.Changes.Should().BeEmpty();
        old.LastChange.Should().Be(Now.AddHours(-3));
    }

    private static FleetView Of(Wire.HealthCounts counts, Wire.AgentCounts agents, params object[] what) =>
        FleetView.Of(counts, agents, what.OfType<Wire.HealthGroup>(), [], [.. what.OfType<Wire.HealthChange>()], Now);

    private static Wire.HealthGroup Group(string condition, int agents) => new()
    {
        Status = Word.Failing,
        StackId = "s",
        StackName = "shop",
        Name = "web",
        Condition = condition,
        Agents = agents,
        Example = new() { AgentName = "eu-3" },
    };

    private static Wire.HealthChange Change(DateTimeOffset at) => new()
    {
        DeploymentObjectId = $"{at.Ticks}",
        Name = "web",
        StackName = "shop",
        Transition = new() { AgentId = "a", AgentName = "eu-3", From = Word.Healthy, To = Word.Failing, At = at.ToTimestamp() },
    };
}
