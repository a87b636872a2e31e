using System.Text.Json.Nodes;

namespace Brokkr.Tests.Broker.Alerts;

/// <summary>What is told, once, why, and when it is over.</summary>
public sealed class AlertTests
{
    [Fact]
    public async Task A_failing_object_is_told_once_and_its_end_once()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var (agent, web) = await GivenWebAsync(alerts);
        await alerts.Broker.ReportAsync(agent, web, "failing");

        await alerts.PassAsync();
        await alerts.PassAsync();

        var told = alerts.Inbox.Bodies.Should().ContainSingle().Subject;
        told["type"]!.GetValue<string>().Should().Be("alert.firing");
        told["data"]!["totals"]!["firing"]!.GetValue<int>().Should().Be(1);
        var alert = told["data"]!["alerts"]![0]!;
        alert["event"]!.GetValue<string>().Should().Be("health.failing");
        alert["agent"]!["id"]!.GetValue<string>().Should().Be(agent.Id);
        alert["deployment_object"]!["id"]!.GetValue<string>().Should().Be(web);
        alert["pods"]!["total"]!.GetValue<int>().Should().Be(1);
        alert["conditions"]!.AsArray().Select(c => (string)c!).Should().Equal("CrashLoopBackOff");
        alert["url"]!.GetValue<string>().Should().StartWith("https://brokkr.example.com/ui/objects/").And.Contain("/web?agent=");

        await alerts.Broker.ReportAsync(agent, web, "healthy");
        await alerts.PassAsync();
        await alerts.PassAsync();

        alerts.Inbox.Bodies.Should().HaveCount(2);
        var over = alerts.Inbox.Bodies.Last();
        over["type"]!.GetValue<string>().Should().Be("alert.resolved");
        over["data"]!["alerts"]![0]!["reason"]!.GetValue<string>().Should().Be("recovered");
        (await alerts.AlertsAsync("?state=open")).Should().BeEmpty();
        (await alerts.AlertsAsync("?state=ended")).Should().ContainSingle();
    }

    [Theory]
    [InlineData("""{"pods_ready":"many","pods_total":1e30,"findings":[5]}""")]
    [InlineData("""{"pods_total":-5,"findings":[{"exit_code":"one","message":7}]}""")]
    [InlineData("[1]")]
    public async Task What_is_stored_and_no_summary_keeps_nothing_else_from_being_told(string summary)
    {
        await using var alerts = await AlertFixture.StartAsync();
        var (agent, web) = await GivenWebAsync(alerts);
        var (other, well) = await GivenWebAsync(alerts);
        await alerts.Broker.ReportAsync(agent, web, "failing");
        await alerts.Broker.ReportAsync(other, well, "failing");
        await alerts.Broker.SqlAsync($"UPDATE deployment_health SET summary = '{summary}' WHERE deployment_object_id = '{web}'");

        await alerts.PassAsync();
        await alerts.Broker.SqlAsync($"UPDATE placements SET digest = gen_random_uuid() WHERE deployment_object_id = '{web}'");
        await alerts.PassAsync();

        (await alerts.AlertsAsync("?state=open")).Should().HaveCount(2);
        alerts.Inbox.Bodies.SelectMany(b => b["data"]!["alerts"]!.AsArray()).Select(a => (string)a!["deployment_object"]!["id"]!).Should().Contain([web, well]);
    }

    [Fact]
    public async Task Degraded_must_last_before_anybody_is_told()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var (agent, web) = await GivenWebAsync(alerts);
        await alerts.Broker.ReportAsync(agent, web, "degraded");

        await alerts.PassAsync();
        alerts.Inbox.Letters.Should().BeEmpty();

        await alerts.Broker.SqlAsync("UPDATE placements SET since = since - INTERVAL '301 seconds'");
        await alerts.PassAsync();
        alerts.Inbox.Letters.Should().ContainSingle();
    }

    [Fact]
    public async Task The_first_message_waits_for_more_and_one_tells_of_all()
    {
        await using var alerts = await AlertFixture.StartAsync("{}");
        var stack = await alerts.Broker.GivenStackAsync();
        var web = await alerts.Broker.GivenObjectAsync(stack);
        for (var i = 0; i < 3; i++)
            await alerts.Broker.ReportAsync(await alerts.Broker.GivenAgentAsync(stack), web, "failing");

        await alerts.PassAsync();
        alerts.Inbox.Letters.Should().BeEmpty("a message waits 30 seconds");
        await alerts.Broker.SqlAsync("UPDATE alerts SET opened_at = opened_at - INTERVAL '31 seconds'");
        await alerts.PassAsync();

        var told = alerts.Inbox.Bodies.Should().ContainSingle().Subject;
        told["data"]!["totals"]!["firing"]!.GetValue<int>().Should().Be(3);
    }

    [Fact]
    public async Task A_silent_agent_is_one_alert_and_ends_nothing()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var (agent, web) = await GivenWebAsync(alerts);
        await alerts.Broker.ReportAsync(agent, web, "failing");
        await alerts.PassAsync();

        await alerts.Broker.AgeAsync("TRUE", 1000);
        await alerts.Broker.SqlAsync("UPDATE agents SET last_seen_at = NOW() - INTERVAL '1000 seconds'");
        await alerts.PassAsync();
        alerts.Inbox.Letters.Should().HaveCount(1, "the broker itself listens only since it started");
        await alerts.Broker.SqlAsync("UPDATE alert_watch SET watching_since = NOW() - INTERVAL '1 day'");
        await alerts.PassAsync();
        await alerts.PassAsync();

        alerts.Inbox.Bodies.Select(b => (string)b["type"]!).Should().Equal("alert.firing", "agent.silent");
        (await alerts.AlertsAsync("?state=open")).Select(a => (string)a!["status"]!).Should().BeEquivalentTo("failing", "silent");
        (await alerts.AlertsAsync("?status=failing"))[0]!["frozen"]!.GetValue<bool>().Should().BeTrue();

        await alerts.Broker.ReportAsync(agent, web, "failing");
        await alerts.Broker.SqlAsync("UPDATE agents SET last_seen_at = NOW()");
        await alerts.PassAsync();
        await alerts.PassAsync();
        alerts.Inbox.Bodies.Select(b => (string)b["type"]!).Should().Equal("alert.firing", "agent.silent", "agent.returned");
    }

    [Fact]
    public async Task A_new_revision_goes_on_with_the_alert()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var (agent, web) = await GivenWebAsync(alerts);
        await alerts.Broker.ReportAsync(agent, web, "failing");
        await alerts.PassAsync();

        var stack = (string)(await alerts.Broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{web}", alerts.Broker.AdminPak)).Body["stack_id"]!;
        const string other = "apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: other, namespace: prod}\\n";
        var (_, next) = await alerts.Broker.RestAsync(HttpMethod.Post, $"/api/v1/stacks/{stack}/deployment-objects", alerts.Broker.AdminPak,
            $$"""{"name":"web","yaml":"{{other}}"}""");
        await alerts.PassAsync();
        (await alerts.AlertsAsync("?state=open")).Should().ContainSingle("nothing is known of the new revision yet");
        await alerts.Broker.ReportAsync(agent, (string)next["id"]!, "failing");
        await alerts.PassAsync();

        var open = (await alerts.AlertsAsync()).Should().ContainSingle().Subject!;
        open["revision"]!.GetValue<int>().Should().Be(2);
        alerts.Inbox.Letters.Should().ContainSingle();
    }

    [Fact]
    public async Task What_is_removed_ends_and_says_so()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var (agent, web) = await GivenWebAsync(alerts);
        await alerts.Broker.ReportAsync(agent, web, "failing");
        await alerts.PassAsync();

        (await alerts.Broker.RestAsync(HttpMethod.Delete, $"/api/v1/deployment-objects/{web}", alerts.Broker.AdminPak)).Status.Should().Be(200);
        await alerts.PassAsync();

        var over = alerts.Inbox.Bodies.Last();
        over["type"]!.GetValue<string>().Should().Be("alert.resolved");
        over["data"]!["alerts"]![0]!["reason"]!.GetValue<string>().Should().Be("removed");
    }

    [Fact]
    public async Task An_acknowledged_alert_is_not_repeated_until_it_gets_worse()
    {
        await using var alerts = await AlertFixture.StartAsync(
            """{"wait_seconds":0,"interval_seconds":0,"recover_seconds":0,"hold_degraded_seconds":0,"repeat_minutes":1}""");
        var (agent, web) = await GivenWebAsync(alerts);
        await alerts.Broker.ReportAsync(agent, web, "degraded");
        await alerts.PassAsync();
        await RepeatAsync();
        alerts.Inbox.Letters.Should().HaveCount(2, "it goes on");

        var id = (string)(await alerts.AlertsAsync())[0]!["id"]!;
        var (status, body) = await alerts.Broker.RestAsync(
            HttpMethod.Post, $"/api/v1/alerts/{id}/acknowledge", alerts.Broker.AdminPak, """{"comment":"I look"}""");
        status.Should().Be(200, body.ToJsonString());
        body["comment"]!.GetValue<string>().Should().Be("I look");
        await RepeatAsync();
        alerts.Inbox.Letters.Should().HaveCount(2);

        await alerts.Broker.ReportAsync(agent, web, "failing");
        await alerts.PassAsync();
        alerts.Inbox.Letters.Should().HaveCount(3);

        async Task RepeatAsync()
        {
            await alerts.Broker.SqlAsync("UPDATE alert_groups SET told_at = told_at - INTERVAL '2 minutes'");
            await alerts.PassAsync();
        }
    }

    [Fact]
    public async Task What_is_silenced_is_not_told_but_the_end_of_what_was_told_is()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var (agent, web) = await GivenWebAsync(alerts);
        await alerts.Broker.ReportAsync(agent, web, "failing");
        await alerts.PassAsync();
        var (status, body) = await alerts.Broker.RestAsync(HttpMethod.Post, "/api/v1/alert-silences", alerts.Broker.AdminPak,
            new JsonObject
            {
                ["silence"] =
            new JsonObject { ["names"] = new JsonArray("web", "api"), ["ends_at"] = DateTimeOffset.UtcNow.AddHours(1).ToString("O") }
            }.ToJsonString());
        status.Should().Be(201, body.ToJsonString());
        var api = await alerts.Broker.GivenObjectAsync(await StackOfAsync(alerts, web), "api");
        await alerts.Broker.ReportAsync(agent, api, "failing");

        await alerts.PassAsync();
        alerts.Inbox.Letters.Should().ContainSingle();
        (await alerts.AlertsAsync("?text=api"))[0]!["silenced"]!.GetValue<bool>().Should().BeTrue();
        await alerts.Broker.ReportAsync(agent, web, "healthy");
        await alerts.Broker.ReportAsync(agent, api, "healthy");
        await alerts.PassAsync();

        alerts.Inbox.Bodies.Should().HaveCount(2);
        alerts.Inbox.Bodies.Last()["data"]!["group_key"]!.GetValue<string>().Should().EndWith("/web");
    }

    [Fact]
    public async Task A_storm_is_twenty_messages_and_one_that_tells_of_the_rest()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var stack = await alerts.Broker.GivenStackAsync();
        var agent = await alerts.Broker.GivenAgentAsync(stack);
        for (var i = 0; i < 30; i++)
            await alerts.Broker.ReportAsync(agent, await alerts.Broker.GivenObjectAsync(stack, $"web-{i}"), "failing");

        await alerts.PassAsync();
        await alerts.PassAsync();

        alerts.Inbox.Letters.Should().HaveCount(21);
        var storm = alerts.Inbox.Bodies.Single(b => (string)b["type"]! == "alert.storm");
        storm["data"]!["totals"]!["firing"]!.GetValue<int>().Should().Be(10);
        storm["data"]!["groups"]!.AsArray().Should().HaveCount(10);
    }

    [Fact]
    public async Task A_preview_says_what_a_rule_would_tell_now_and_opens_nothing()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var (agent, web) = await GivenWebAsync(alerts);
        await alerts.Broker.ReportInFullAsync(agent, web);
        await alerts.Broker.SqlAsync("UPDATE placements SET since = since - INTERVAL '1 minute'");

        var (status, now) = await PreviewAsync("""{"statuses":["failing"]}""");
        var (_, held) = await PreviewAsync("""{"statuses":["failing"],"hold_failing_seconds":600}""");
        var (_, other) = await PreviewAsync("""{"conditions":["ImagePullBackOff"]}""");

        status.Should().Be(200, now.ToJsonString());
        now["total"]!.GetValue<int>().Should().Be(1);
        now["alerts"]![0]!["agent_id"]!.GetValue<string>().Should().Be(agent.Id);
        now["alerts"]![0]!["cause"]!.GetValue<string>().Should().Contain("exit code 2");
        held["total"]!.GetValue<int>().Should().Be(0);
        other["total"]!.GetValue<int>().Should().Be(0);
        (await alerts.AlertsAsync()).Should().BeEmpty();

        Task<(int Status, JsonNode Body)> PreviewAsync(string rule) => alerts.Broker.RestAsync(
            HttpMethod.Post, "/api/v1/alert-rules/preview", alerts.Broker.AdminPak, $$"""{"rule":{{rule}}}""");
    }

    [Fact]
    public async Task Two_brokers_tell_it_once()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var (agent, web) = await GivenWebAsync(alerts);
        await alerts.Broker.ReportAsync(agent, web, "failing");
        await using var other = await alerts.AnotherBrokerAsync();
        var first = Get<Brokkr.Broker.Alerts.Evaluation.WatchStore>(alerts.Broker);
        var second = Get<Brokkr.Broker.Alerts.Evaluation.WatchStore>(other);

        var took = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => (i % 2 == 0 ? first : second).RunAsync(CancellationToken.None)));
        took.Should().Contain(true);
        await alerts.Broker.SqlAsync("UPDATE alert_watch SET held_until = NOW() - INTERVAL '1 second'");
        await alerts.PassAsync();

        alerts.Inbox.Letters.Should().ContainSingle();
        (await second.RunAsync(CancellationToken.None)).Should().BeFalse("one looks at a time");
        await alerts.Broker.SqlAsync("UPDATE alert_watch SET held_until = NOW() - INTERVAL '1 second'");
        (await second.RunAsync(CancellationToken.None)).Should().BeTrue("another takes over");

        static T Get<T>(BrokerFixture broker) where T : notnull =>
            Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<T>(broker.Services);
    }

    [Fact]
    public async Task A_broker_looks_and_sends_by_itself()
    {
        await using var inbox = await Inbox.OpenAsync();
        await using var broker = await BrokerFixture.StartAsync(o => (o.Alerts.Enabled, o.Alerts.AllowedNetworks) = (true, ["127.0.0.1"]));
        await broker.RestAsync(HttpMethod.Post, "/api/v1/alert-receivers", broker.AdminPak, $$"""{"name":"inbox","kind":"slack","url":"{{inbox.Url}}"}""");
        await broker.RestAsync(HttpMethod.Post, "/api/v1/alert-rules", broker.AdminPak, """{"rule":{"name":"now","wait_seconds":0}}""");
        var stack = await broker.GivenStackAsync();
        var web = await broker.GivenObjectAsync(stack);
        await broker.ReportAsync(await broker.GivenAgentAsync(stack), web, "failing");

        await Processes.Eventually.IsAsync("somebody is told", () => Task.FromResult(!inbox.Letters.IsEmpty));
        inbox.Bodies.First()["text"]!.GetValue<string>().Should().Contain("Failing").And.Contain("/web");
    }

    private static async Task<((string Id, string Pak) Agent, string Web)> GivenWebAsync(AlertFixture alerts)
    {
        var stack = await alerts.Broker.GivenStackAsync();
        var web = await alerts.Broker.GivenObjectAsync(stack);
        return (await alerts.Broker.GivenAgentAsync(stack), web);
    }

    private static async Task<string> StackOfAsync(AlertFixture alerts, string objectId) =>
        (string)(await alerts.Broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{objectId}", alerts.Broker.AdminPak)).Body["stack_id"]!;
}
