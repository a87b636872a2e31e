using System.Text.Json.Nodes;
using Brokkr.Broker.Alerts.Evaluation;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Alerts;

/// <summary>How much is said, and that nothing of it is lost when messages take each other's places.</summary>
public sealed class TellingTests
{
    [Fact]
    public async Task What_a_message_said_that_nobody_took_stands_in_the_one_that_takes_its_place()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var stack = await alerts.Broker.GivenStackAsync();
        var web = await alerts.Broker.GivenObjectAsync(stack);
        var (first, second) = (await alerts.Broker.GivenAgentAsync(stack), await alerts.Broker.GivenAgentAsync(stack));
        await alerts.Broker.ReportAsync(first, web, "failing");
        await alerts.Broker.ReportAsync(second, web, "failing");
        await alerts.PassAsync();
        await alerts.Broker.ReportAsync(first, web, "healthy");
        await alerts.LookAsync();

        await alerts.Broker.ReportAsync(second, web, "healthy");
        await alerts.PassAsync();

        alerts.Inbox.Bodies.Should().HaveCount(2);
        var last = alerts.Inbox.Bodies.Last();
        last["type"]!.GetValue<string>().Should().Be("alert.resolved");
        last["data"]!["alerts"]!.AsArray().Select(a => (string)a!["agent"]!["id"]!).Should().BeEquivalentTo(first.Id, second.Id);
    }

    [Fact]
    public async Task What_a_message_says_that_is_on_its_way_is_said_again_since_it_may_never_arrive()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var stack = await alerts.Broker.GivenStackAsync();
        var web = await alerts.Broker.GivenObjectAsync(stack);
        await alerts.Broker.ReportAsync(await alerts.Broker.GivenAgentAsync(stack), web, "failing");
        await alerts.LookAsync();
        await alerts.Broker.SqlAsync("UPDATE alert_deliveries SET claimed_until = NOW() + INTERVAL '1 hour'");
        await alerts.Broker.ReportAsync(await alerts.Broker.GivenAgentAsync(stack), web, "failing");
        await alerts.LookAsync();
        await alerts.Broker.SqlAsync("UPDATE alert_deliveries SET state = 'replaced' WHERE claimed_until IS NOT NULL");

        await alerts.SendAsync();

        var told = alerts.Inbox.Bodies.Should().ContainSingle().Subject;
        told["type"]!.GetValue<string>().Should().Be("alert.firing", "the receiver heard of none of it");
        told["data"]!["totals"]!["firing"]!.GetValue<int>().Should().Be(2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(110)]
    public async Task A_crash_loop_is_one_firing_whatever_its_rhythm(int secondsWell)
    {
        await using var alerts = await AlertFixture.StartAsync("""{"wait_seconds":0,"interval_seconds":0}""");
        var (agent, web) = await alerts.GivenWebAsync();
        for (var i = 0; i < 5; i++)
        {
            await alerts.Broker.ReportAsync(agent, web, i % 2 == 0 ? "failing" : "degraded");
            await alerts.PassAsync();
            await alerts.Broker.ReportAsync(agent, web, "healthy");
            await alerts.PassAsync();
            await alerts.Broker.SqlAsync($"UPDATE alerts SET well_since = well_since - INTERVAL '{secondsWell} seconds'");
            await alerts.Broker.SqlAsync($"UPDATE placements SET since = since - INTERVAL '{secondsWell} seconds'");
            await alerts.PassAsync();
        }

        alerts.Inbox.Bodies.Select(b => (string)b["type"]!).Should().Equal("alert.firing");
        await alerts.LaterAsync(2);
        await alerts.PassAsync();
        alerts.Inbox.Bodies.Select(b => (string)b["type"]!).Should().Equal("alert.firing", "alert.resolved");
    }

    [Fact]
    public async Task What_was_wrong_again_between_two_looks_recovers_anew()
    {
        await using var alerts = await AlertFixture.StartAsync("""{"wait_seconds":0}""");
        var (agent, web) = await alerts.GivenWebAsync();
        await alerts.Broker.ReportAsync(agent, web, "failing");
        await alerts.PassAsync();
        await alerts.Broker.ReportAsync(agent, web, "healthy");
        await alerts.PassAsync();
        await alerts.Broker.SqlAsync("UPDATE alerts SET well_since = well_since - INTERVAL '5 minutes'");

        await alerts.Broker.ReportAsync(agent, web, "failing");
        await alerts.Broker.ReportAsync(agent, web, "healthy");
        await alerts.PassAsync();

        (await alerts.AlertsAsync("?state=open")).Should().ContainSingle();
    }

    [Fact]
    public async Task What_begins_anew_after_its_end_does_not_wait_for_the_interval()
    {
        await using var alerts = await AlertFixture.StartAsync("""{"wait_seconds":0,"recover_seconds":0}""");
        var (agent, web) = await alerts.GivenWebAsync();
        await alerts.Broker.ReportAsync(agent, web, "failing");
        await alerts.PassAsync();
        await alerts.Broker.ReportAsync(agent, web, "healthy");
        await alerts.LaterAsync(6);
        await alerts.PassAsync();

        await alerts.Broker.ReportAsync(agent, web, "failing");
        await alerts.PassAsync();

        alerts.Inbox.Bodies.Select(b => (string)b["type"]!).Should().Equal("alert.firing", "alert.resolved", "alert.firing");
    }

    [Fact]
    public async Task What_gets_better_is_told_once_it_stays_so_and_what_gets_worse_at_once()
    {
        await using var alerts = await AlertFixture.StartAsync("""{"wait_seconds":0,"interval_seconds":0}""");
        var (agent, web) = await alerts.GivenWebAsync();
        await alerts.Broker.ReportAsync(agent, web, "failing");
        await alerts.PassAsync();
        await alerts.Broker.ReportAsync(agent, web, "degraded");
        await alerts.PassAsync();
        alerts.Inbox.Letters.Should().ContainSingle();

        await alerts.LaterAsync(3);
        await alerts.PassAsync();
        await alerts.Broker.ReportAsync(agent, web, "failing");
        await alerts.PassAsync();

        alerts.Inbox.Bodies.Select(b => (string)b["type"]!).Should().Equal("alert.firing", "alert.updated", "alert.updated");
    }

    [Fact]
    public async Task Five_thousand_objects_that_fail_together_are_twenty_one_messages_in_ten_minutes_and_their_ends_as_well()
    {
        await using var alerts = await AlertFixture.StartAsync("""{"wait_seconds":0,"interval_seconds":0,"recover_seconds":0,"repeat_minutes":60}""");
        await alerts.GivenManyAsync(5000, "failing");
        await alerts.PassAsync();
        await alerts.PassAsync();

        alerts.Inbox.Letters.Should().HaveCount(21);
        Storm(0)["totals"]!["firing"]!.GetValue<int>().Should().Be(4980);
        Storm(0)["groups"]!.AsArray().Should().HaveCount(20);
        Storm(0)["truncated"]!.GetValue<int>().Should().Be(4960);

        await alerts.LaterAsync(61);
        await alerts.PassAsync();
        await alerts.PassAsync();
        alerts.Inbox.Letters.Should().HaveCount(42, "what goes on is told again in one digest as well");
        Storm(1)["totals"]!["firing"]!.GetValue<int>().Should().Be(4980);

        await alerts.Broker.SqlAsync("UPDATE placements SET status = 'healthy', conditions = '{}'");
        await alerts.PassAsync();
        alerts.Inbox.Letters.Should().HaveCount(42, "ten minutes are not over");
        await alerts.LaterAsync(10);
        await alerts.PassAsync();
        alerts.Inbox.Letters.Should().HaveCount(63);
        Storm(2)["totals"]!["resolved"]!.GetValue<int>().Should().Be(4980);

        JsonNode Storm(int number) => alerts.Inbox.Bodies.Where(b => (string)b["type"]! == "alert.storm").ElementAt(number)["data"]!;
    }

    [Fact]
    public async Task A_storm_is_one_incident_of_PagerDutys_beside_twenty_and_its_end_ends_it()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await alerts.Broker.RestAsync(HttpMethod.Delete, $"/api/v1/alert-receivers/{alerts.ReceiverId}", alerts.Broker.AdminPak);
        await alerts.GivenReceiverAsync("pager", $$"""{"name":"pager","kind":"pagerduty","url":"{{alerts.Inbox.Url}}/v2/enqueue","secret":"key"}""");
        await alerts.GivenManyAsync(30, "failing");
        await alerts.PassAsync();

        alerts.Inbox.Bodies.Should().HaveCount(21).And.OnlyContain(b => (string)b["event_action"]! == "trigger");
        var storm = alerts.Inbox.Bodies.Should().ContainSingle(b => (string)b["dedup_key"]! == "brokkr/alert.storm").Subject;
        storm["payload"]!["custom_details"]!["groups"]!.AsArray().Should().HaveCount(10);

        alerts.Inbox.Letters.Clear();
        await alerts.LaterAsync(11);
        await alerts.Broker.SqlAsync("UPDATE placements SET status = 'healthy', conditions = '{}'");
        await alerts.PassAsync();
        alerts.Inbox.Bodies.Should().HaveCount(21).And.OnlyContain(b => (string)b["event_action"]! == "resolve");
        alerts.Inbox.Bodies.Should().ContainSingle(b => (string)b["dedup_key"]! == "brokkr/alert.storm");
    }

    [Fact]
    public async Task A_rule_goes_on_under_another_name()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var (agent, web) = await alerts.GivenWebAsync();
        await alerts.Broker.ReportAsync(agent, web, "failing");
        await alerts.PassAsync();
        await alerts.GivenRuleAsync("""{"name":"all-of-it"}""");

        await alerts.LaterAsync(241);
        await alerts.PassAsync();
        await alerts.Broker.ReportAsync(agent, web, "healthy");
        await alerts.PassAsync();

        alerts.Inbox.Bodies.Select(b => ((string)b["type"]!, (string)b["data"]!["rule"]!)).Should().Equal(
            ("alert.firing", "everything"), ("alert.updated", "all-of-it"), ("alert.resolved", "all-of-it"));
        alerts.Inbox.Bodies.Select(b => (string)b["data"]!["rule_id"]!).Distinct().Should().ContainSingle();
    }

    [Fact]
    public async Task A_silent_cluster_of_five_thousand_objects_is_one_alert_and_resolves_nothing()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var agent = await alerts.GivenManyAsync(5000, "degraded");
        await alerts.Broker.SqlAsync($"UPDATE placements SET received_at = NOW() - INTERVAL '1 hour', since = NOW() - INTERVAL '2 hours'");
        await alerts.Broker.SqlAsync($"UPDATE agents SET last_seen_at = NOW() - INTERVAL '1 hour' WHERE id = '{agent}'");
        await alerts.Broker.SqlAsync("UPDATE alert_watch SET watching_since = NOW() - INTERVAL '1 day', seen_at = NOW()");

        await alerts.PassAsync();
        await alerts.PassAsync();

        alerts.Inbox.Bodies.Should().ContainSingle().Which["type"]!.GetValue<string>().Should().Be("agent.silent");
        (await alerts.AlertsAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task Ten_minutes_without_any_broker_are_no_silence_of_the_agents()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await alerts.GivenWebAsync();
        await alerts.PassAsync();
        await alerts.Broker.SqlAsync("UPDATE alert_watch SET watching_since = NOW() - INTERVAL '1 day', seen_at = NOW() - INTERVAL '10 minutes'");
        await alerts.Broker.SqlAsync("UPDATE agents SET last_seen_at = NOW() - INTERVAL '10 minutes'");

        await alerts.PassAsync();
        await alerts.PassAsync();

        alerts.Inbox.Letters.Should().BeEmpty("nobody could hear them");
    }

    [Fact]
    public async Task An_Alertmanager_is_told_all_that_is_open_and_for_a_while_what_ended_silenced_or_not()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await alerts.Broker.RestAsync(HttpMethod.Delete, $"/api/v1/alert-receivers/{alerts.ReceiverId}", alerts.Broker.AdminPak);
        await alerts.GivenReceiverAsync("am", $$"""{"name":"am","kind":"alertmanager","url":"{{alerts.Inbox.Url}}","secret":"token"}""");
        var (agent, web) = await alerts.GivenWebAsync();
        await alerts.Broker.ReportAsync(agent, web, "failing");
        await FeedAsync();
        await alerts.Broker.RestAsync(HttpMethod.Post, "/api/v1/alert-silences", alerts.Broker.AdminPak, new JsonObject
        {
            ["silence"] = new JsonObject { ["names"] = new JsonArray("web"), ["ends_at"] = DateTimeOffset.UtcNow.AddHours(1).ToString("O") },
        }.ToJsonString());
        await FeedAsync();
        await alerts.Broker.ReportAsync(agent, web, "healthy");
        await FeedAsync();
        await alerts.Broker.SqlAsync("UPDATE alerts SET ended_at = NOW() - INTERVAL '6 minutes'");
        await FeedAsync();

        alerts.Inbox.Letters.Should().OnlyContain(l => l.Path == "/api/v2/alerts" && l.Headers["authorization"] == "Bearer token");
        var ends = alerts.Inbox.Bodies.Select(b => b.AsArray().Single()!["endsAt"]!.GetValue<DateTimeOffset>() > DateTimeOffset.UtcNow);
        ends.Should().Equal([true, true, false], "what is silenced later goes on, and what ended is told for five minutes");
        alerts.Inbox.Bodies.Select(b => b[0]!["labels"]!.ToJsonString()).Distinct().Should().ContainSingle();

        async Task FeedAsync()
        {
            await alerts.LookAsync();
            await alerts.Broker.Services.GetRequiredService<AlertmanagerFeed>().FeedAsync(CancellationToken.None);
        }
    }
}
