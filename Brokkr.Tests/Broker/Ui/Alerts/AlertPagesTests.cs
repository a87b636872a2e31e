using System.Net;
using Brokkr.Tests.Broker.Alerts;

namespace Brokkr.Tests.Broker.Ui.Alerts;

/// <summary>Alerts in the console: seen, looked after, silenced, and everything that decides who is told.</summary>
public sealed class AlertPagesTests
{
    private static readonly (string, string)[] Here = [("Sec-Fetch-Site", "same-origin")];

    [Fact]
    public async Task An_alert_is_seen_looked_after_and_silenced_from_its_row()
    {
        await using var alerts = await AlertFixture.StartAsync();
        using var admin = await PlainBrowser.SignedInAsync(alerts.Broker, "admin");
        (await admin.ReadAsync("/ui/alerts")).Should().Contain("Nothing is wrong, and nothing was");
        var (agent, web) = await alerts.GivenWebAsync();
        await alerts.Broker.ReportInFullAsync(agent, web);
        await alerts.PassAsync();
        var alert = (await alerts.AlertsAsync())[0]!;

        var page = await admin.ReadAsync("/ui/alerts?state=open");
        page.Should().Contain($"{alert["stack_name"]}/web").And.Contain("CrashLoopBackOff").And.Contain("&lt;img src=x").And.NotContain("<img src=x");
        (await admin.PostAsync($"/ui/alerts/{alert["id"]}/acknowledge", Here, ("comment", "the image is on its way"), ("return", "/ui/alerts"))).Headers
            .Location!.ToString().Should().Be("/ui/alerts");
        (await admin.ReadAsync("/ui/alerts")).Should().Contain("looks after it: the image is on its way");
        await admin.PostAsync("/ui/alerts/silences", Here, ("stack_ids", (string)alert["stack_id"]!), ("names", "web"), ("hours", "4"));
        (await alerts.AlertsAsync())[0]!["silenced"]!.GetValue<bool>().Should().BeTrue();

        await alerts.Broker.ReportAsync(agent, web, "healthy");
        await alerts.PassAsync();
        (await admin.ReadAsync("/ui/alerts?state=ended")).Should().Contain("was failing").And.Contain("it recovered");
        (await admin.ReadAsync("/ui/alerts?state=open")).Should().Contain("Nothing matches");
    }

    [Fact]
    public async Task A_silence_of_the_week_is_made_shown_and_ended()
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });
        using var admin = await PlainBrowser.SignedInAsync(broker, "admin");

        await admin.PostAsync("/ui/alerts/silences", Here, ("names", "web, api"), ("days", "6"), ("start", "22:00"), ("minutes", "120"),
            ("time_zone", "Europe/Zurich"), ("comment", "patches"));
        (await admin.ReadAsync("/ui/alerts/silences")).Should().Contain("web, api").And.Contain("Sat from 22:00 for 120 min, Europe/Zurich").And
            .Contain("patches");
        using (var refused = await admin.PostAsync("/ui/alerts/silences", Here, ("hours", "1")))
            (await refused.Content.ReadAsStringAsync()).Should().Contain("would match everything");
        await admin.PostAsync($"/ui/alerts/silences/{await broker.SqlAsync("SELECT id FROM alert_silences")}/end", Here);
        (await admin.ReadAsync("/ui/alerts/silences")).Should().Contain("Nothing is silenced");
    }

    [Fact]
    public async Task A_rule_says_what_it_would_tell_before_it_counts()
    {
        await using var alerts = await AlertFixture.StartAsync();
        using var admin = await PlainBrowser.SignedInAsync(alerts.Broker, "admin");
        var (agent, web) = await alerts.GivenWebAsync();
        await alerts.Broker.ReportAsync(agent, web, "degraded");
        (string, string)[] rule = [("name", "quick"), ("statuses", "degraded"), ("hold_degraded_seconds", "0"), ("group_by", "agent")];

        using (var preview = await admin.PostAsync("/ui/alerts/rules/preview", Here, rule))
            (await preview.Content.ReadAsStringAsync()).Should().Contain("It would tell now").And.Contain("/web</a>").And.Contain("value=\"quick\"");
        (await admin.ReadAsync("/ui/alerts/rules")).Should().NotContain("quick");
        await admin.PostAsync("/ui/alerts/rules", Here, rule);
        var id = (Guid)(await alerts.Broker.SqlAsync("SELECT id FROM alert_rules WHERE name = 'quick'"))!;
        await admin.PostAsync("/ui/alerts/rules", Here, ("id", $"{id}"), ("name", "quicker"), ("statuses", "failing"), ("hold_failing_seconds", "7"));
        (await alerts.Broker.SqlAsync($"SELECT name || (settings ->> 'hold_failing_seconds') FROM alert_rules WHERE id = '{id}'")).Should().Be("quicker7");
        using var odd = await admin.PostAsync("/ui/alerts/rules", Here, ("id", $"{id}"), ("name", "quicker"), ("hold_failing_seconds", "+7"));
        (await odd.Content.ReadAsStringAsync()).Should().Contain("hold_failing_seconds: must be a whole number.");
        using (var refused = await admin.PostAsync("/ui/alerts/rules", Here, ("name", "bad"), ("wait_seconds", "99999")))
            (await refused.Content.ReadAsStringAsync()).Should().Contain("wait_seconds: must be between");
        await admin.PostAsync($"/ui/alerts/rules/{id}/delete", Here);
        (await alerts.Broker.SqlAsync("SELECT COUNT(*) FROM alert_rules")).Should().Be(1L);
    }

    [Fact]
    public async Task A_receiver_is_made_tried_and_its_secret_is_shown_once()
    {
        await using var alerts = await AlertFixture.StartAsync();
        using var admin = await PlainBrowser.SignedInAsync(alerts.Broker, "admin");

        using (var made = await admin.PostAsync("/ui/alerts/receivers", Here, ("name", "ops"), ("kind", "webhook"), ("url", $"{alerts.Inbox.Url}/ops")))
            (await made.Content.ReadAsStringAsync()).Should().Contain("whsec_");
        (await admin.ReadAsync("/ui/alerts/receivers")).Should().Contain("ops").And.NotContain("whsec_").And.NotContain("/ops\"");
        var path = $"/ui/alerts/receivers/{await alerts.Broker.SqlAsync("SELECT id FROM alert_receivers WHERE name = 'ops'")}";
        using (var tried = await admin.PostAsync($"{path}/test", Here))
            (await tried.Content.ReadAsStringAsync()).Should().Contain("ops took the test message.");
        alerts.Inbox.Letters.Should().ContainSingle().Which.Path.Should().Be("/ops");
        using (var refused = await admin.PostAsync("/ui/alerts/receivers", Here, ("name", "inside"), ("kind", "slack"), ("url", "https://10.0.0.1/x")))
            (await refused.Content.ReadAsStringAsync()).Should().Contain("private or reserved address");
        await admin.PostAsync($"{path}/disable", Here);
        (await alerts.Broker.SqlAsync("SELECT enabled FROM alert_receivers WHERE name = 'ops'")).Should().Be(false);
        using (var rotated = await admin.PostAsync($"{path}/rotate", Here))
            (await rotated.Content.ReadAsStringAsync()).Should().Contain("whsec_");
        await admin.PostAsync($"{path}/delete", Here);
        (await admin.ReadAsync("/ui/alerts/receivers")).Should().NotContain($"receiver-{path[^36..]}");
    }

    [Fact]
    public async Task What_was_given_up_is_said_on_top_and_sent_again()
    {
        await using var alerts = await AlertFixture.StartAsync();
        using var admin = await PlainBrowser.SignedInAsync(alerts.Broker, "admin");
        var (agent, web) = await alerts.GivenWebAsync();
        await alerts.Broker.ReportAsync(agent, web, "failing");
        await alerts.LookAsync();
        await alerts.Broker.SqlAsync("UPDATE alert_deliveries SET state = 'dead', last_error = 'It answered 503.'");

        (await admin.ReadAsync("/ui/alerts")).Should().Contain("1 message was given up");
        (await admin.ReadAsync("/ui/alerts/deliveries?state=dead")).Should().Contain("It answered 503.").And.Contain("Send again");
        await admin.PostAsync($"/ui/alerts/deliveries/{await alerts.Broker.SqlAsync("SELECT id FROM alert_deliveries")}/redeliver", Here);
        await alerts.SendAsync();
        alerts.Inbox.Letters.Should().ContainSingle();
        (await admin.ReadAsync("/ui/alerts")).Should().NotContain("given up");
    }

    [Fact]
    public async Task A_reader_looks_and_changes_nothing()
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });
        using var reader = await PlainBrowser.SignedInAsync(broker, "reader");
        foreach (var path in new[] { "silences", "rules", "receivers" })
        {
            (await reader.ReadAsync($"/ui/alerts/{path}")).Should().Contain("This takes the key of an admin");
            (await reader.PostAsync($"/ui/alerts/{path}", Here, ("name", "x"))).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        }

        foreach (var path in new[] { $"{Guid.NewGuid()}/acknowledge", $"silences/{Guid.NewGuid()}/end", $"receivers/{Guid.NewGuid()}/test",
            $"deliveries/{Guid.NewGuid()}/redeliver" })
            (await reader.PostAsync($"/ui/alerts/{path}", Here)).StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }
}
