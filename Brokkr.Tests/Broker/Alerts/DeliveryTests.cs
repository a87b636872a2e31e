using System.Text.Json.Nodes;
using Brokkr.Broker.Alerts;
using Brokkr.Broker.Alerts.Delivery;
using Brokkr.Broker.Alerts.Evaluation;
using Brokkr.Broker.Alerts.Receivers;
using Brokkr.Broker.Alerts.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.Time.Testing;
using StandardWebhooks;
using StandardWebhooks.Diagnostics;

namespace Brokkr.Tests.Broker.Alerts;

/// <summary>What was written is delivered, whatever the receiver does.</summary>
public sealed class DeliveryTests
{
    [Fact]
    public async Task A_message_bears_signatures_that_others_verify_also_while_the_secret_is_rotated()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await FailAsync(alerts);
        await alerts.PassAsync();
        Verify(alerts.Inbox.Letters.Last(), alerts.Secret);

        var (status, body) = await alerts.Broker.RestAsync(
            HttpMethod.Post, $"/api/v1/alert-receivers/{alerts.ReceiverId}/rotate-secret", alerts.Broker.AdminPak, "{}");
        status.Should().Be(200, body.ToJsonString());
        await FailAsync(alerts);
        await alerts.PassAsync();

        alerts.Inbox.Letters.Should().HaveCount(2);
        alerts.Inbox.Letters.Last().Headers["webhook-signature"].Split(' ').Should().HaveCount(2);
        Verify(alerts.Inbox.Letters.Last(), alerts.Secret);
        Verify(alerts.Inbox.Letters.Last(), (string)body["secret"]!);
    }

    [Fact]
    public async Task Another_address_ends_no_secret_before_its_time()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await alerts.Broker.RestAsync(
            HttpMethod.Post, $"/api/v1/alert-receivers/{alerts.ReceiverId}/rotate-secret", alerts.Broker.AdminPak, "{}");

        var (status, body) = await alerts.Broker.RestAsync(HttpMethod.Patch, $"/api/v1/alert-receivers/{alerts.ReceiverId}",
            alerts.Broker.AdminPak, $$"""{"url":"{{alerts.Inbox.Url}}/elsewhere"}""");
        status.Should().Be(200, body.ToJsonString());
        await FailAsync(alerts);
        await alerts.PassAsync();

        alerts.Inbox.Letters.Single().Headers["webhook-signature"].Split(' ').Should().HaveCount(2);
        Verify(alerts.Inbox.Letters.Single(), alerts.Secret);
    }

    [Fact]
    public async Task What_was_taken_is_delivered_though_the_answer_does_not_end()
    {
        await using var alerts = await AlertFixture.StartAsync();
        alerts.Inbox.Answer = async context =>
        {
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };
        await FailAsync(alerts);
        await alerts.PassAsync();

        (await DeliveriesAsync(alerts))[0]!["state"]!.GetValue<string>().Should().Be("delivered");
    }

    [Fact]
    public async Task What_was_given_up_is_over_when_a_newer_message_of_its_group_arrives()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var (agent, web) = await FailAsync(alerts);
        await alerts.LookAsync();
        await alerts.Broker.SqlAsync("UPDATE alert_deliveries SET state = 'dead'");

        await alerts.Broker.ReportAsync(agent, web, "healthy");
        await alerts.PassAsync();

        (await DeliveriesAsync(alerts)).Select(d => d!["state"]!.GetValue<string>()).Should().Equal("delivered", "replaced");
    }

    [Fact]
    public async Task What_fails_is_tried_again_under_the_same_identifier()
    {
        await using var alerts = await AlertFixture.StartAsync();
        alerts.Inbox.Answer = context =>
        {
            context.Response.StatusCode = alerts.Inbox.Letters.IsEmpty ? 503 : 200;
            return Task.CompletedTask;
        };
        await FailAsync(alerts);
        await alerts.PassAsync();
        alerts.Inbox.Letters.Should().ContainSingle();
        var waiting = (await DeliveriesAsync(alerts))[0]!;
        waiting["state"]!.GetValue<string>().Should().Be("pending");
        waiting["last_error"]!.GetValue<string>().Should().Contain("503");

        await alerts.Broker.SqlAsync("UPDATE alert_deliveries SET next_at = NOW()");
        await alerts.PassAsync();

        alerts.Inbox.Letters.Select(l => l.Headers["webhook-id"]).Distinct().Should().ContainSingle();
        (await DeliveriesAsync(alerts))[0]!["state"]!.GetValue<string>().Should().Be("delivered");
    }

    [Fact]
    public async Task A_receiver_that_was_away_for_hours_gets_what_counts_now()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var isAway = true;
        alerts.Inbox.Answer = context =>
        {
            context.Response.StatusCode = isAway ? 500 : 200;
            return Task.CompletedTask;
        };
        var (agent, web) = await FailAsync(alerts);
        await alerts.PassAsync();
        await alerts.Broker.ReportAsync(agent, web, "healthy");
        await alerts.PassAsync();
        isAway = false;
        alerts.Inbox.Letters.Clear();
        await alerts.Broker.SqlAsync("UPDATE alert_deliveries SET next_at = NOW()");
        await alerts.PassAsync();

        alerts.Inbox.Bodies.Should().ContainSingle().Which["type"]!.GetValue<string>().Should().Be("alert.resolved");
    }

    [Fact]
    public async Task A_message_that_a_dead_broker_took_is_sent_by_another()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await FailAsync(alerts);
        await Pass(alerts).RunAsync(CancellationToken.None);
        (await Store(alerts).ClaimAsync(10, CancellationToken.None)).Should().ContainSingle();
        await alerts.PassAsync();
        alerts.Inbox.Letters.Should().BeEmpty("somebody sends it");

        await alerts.Broker.SqlAsync("UPDATE alert_deliveries SET claimed_until = NOW() - INTERVAL '1 second'");
        await alerts.PassAsync();
        alerts.Inbox.Letters.Should().ContainSingle();
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_told_nothing_more_and_what_was_given_up_can_be_sent_again()
    {
        await using var alerts = await AlertFixture.StartAsync();
        alerts.Inbox.Answer = context =>
        {
            context.Response.StatusCode = 410;
            return Task.CompletedTask;
        };
        await FailAsync(alerts);
        await alerts.PassAsync();
        var (_, receiver) = await alerts.Broker.RestAsync(HttpMethod.Get, $"/api/v1/alert-receivers/{alerts.ReceiverId}", alerts.Broker.AdminPak);
        receiver["enabled"]!.GetValue<bool>().Should().BeFalse();
        receiver["problem"]!.GetValue<string>().Should().Contain("410");
        var dead = (await DeliveriesAsync(alerts))[0]!;
        dead["state"]!.GetValue<string>().Should().Be("dead");

        alerts.Inbox.Answer = _ => Task.CompletedTask;
        await alerts.Broker.RestAsync(
            HttpMethod.Patch, $"/api/v1/alert-receivers/{alerts.ReceiverId}", alerts.Broker.AdminPak, """{"enabled":true}""");
        var (status, body) = await alerts.Broker.RestAsync(
            HttpMethod.Post, $"/api/v1/alert-deliveries/{dead["id"]}/redeliver", alerts.Broker.AdminPak, "{}");
        status.Should().Be(200, body.ToJsonString());
        await alerts.PassAsync();
        (await DeliveriesAsync(alerts))[0]!["state"]!.GetValue<string>().Should().Be("delivered");
    }

    [Fact]
    public async Task What_a_receiver_was_not_told_for_a_day_since_it_is_off_is_given_up()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await FailAsync(alerts);
        await alerts.LookAsync();
        await alerts.Broker.RestAsync(
            HttpMethod.Patch, $"/api/v1/alert-receivers/{alerts.ReceiverId}", alerts.Broker.AdminPak, """{"enabled":false}""");
        var sweeper = ActivatorUtilities.CreateInstance<AlertSweeper>(alerts.Broker.Services);
        await alerts.LaterAsync(23 * 60);
        await sweeper.SweepAsync(CancellationToken.None);
        (await DeliveriesAsync(alerts))[0]!["state"]!.GetValue<string>().Should().Be("pending");

        await alerts.LaterAsync(2 * 60);
        await sweeper.SweepAsync(CancellationToken.None);

        var dead = (await DeliveriesAsync(alerts))[0]!;
        ((string)dead["state"]!, (string)dead["last_error"]!).Should().Be(("dead", "Its receiver was switched off."));
        (await alerts.Broker.Services.GetRequiredService<AlertStore>().SampleAsync(CancellationToken.None)).Dead.Should().Be(0, "an admin wanted it so");
    }

    [Theory]
    [InlineData("answers 500")]
    [InlineData("closes at once")]
    [InlineData("closes half way")]
    public async Task What_a_receiver_did_not_take_is_sent_until_it_does(string what)
    {
        await using var alerts = await AlertFixture.StartAsync();
        alerts.Inbox.Answer = async context =>
        {
            context.Response.StatusCode = 500;
            if (what == "closes half way")
            {
                context.Response.ContentLength = 1000;
                await context.Response.WriteAsync("half");
                await context.Response.Body.FlushAsync();
            }

            if (what.StartsWith("closes", StringComparison.Ordinal))
                context.Abort();
        };
        await FailAsync(alerts);
        await alerts.PassAsync();
        var waiting = (await DeliveriesAsync(alerts))[0]!;
        ((string)waiting["state"]!, (int)waiting["attempts"]!).Should().Be(("pending", 1));

        alerts.Inbox.Answer = _ => Task.CompletedTask;
        await alerts.Broker.SqlAsync("UPDATE alert_deliveries SET next_at = NOW()");
        await alerts.SendAsync();

        (await DeliveriesAsync(alerts))[0]!["state"]!.GetValue<string>().Should().Be("delivered");
        alerts.Inbox.Letters.Select(l => l.Headers["webhook-id"]).Distinct().Should().ContainSingle();
    }

    [Fact]
    public async Task A_try_lasts_fifteen_seconds()
    {
        await using var inbox = await Inbox.OpenAsync();
        var isTaken = new TaskCompletionSource();
        inbox.Answer = async context =>
        {
            isTaken.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };
        var (clock, options) = (new FakeTimeProvider(), new AlertOptions { AllowedNetworks = ["127.0.0.0/8"] });
        using var sender = new HttpSender(new(options), new(options), clock);

        var sending = new Courier(sender, null!, null!, clock).PostAsync(To(inbox.Url), "{}", CancellationToken.None);
        await isTaken.Task;
        clock.Advance(TimeSpan.FromSeconds(14.9));
        sending.IsCompleted.Should().BeFalse();
        clock.Advance(TimeSpan.FromSeconds(0.1));

        (await sending).Error.Should().Be("It did not answer in time.");
    }

    [Fact]
    public async Task An_answer_is_read_in_its_beginning_and_shown_clean()
    {
        await using var alerts = await AlertFixture.StartAsync();
        alerts.Inbox.Answer = async context =>
        {
            context.Response.StatusCode = 500;
            await context.Response.WriteAsync("no\u001b[31m room\u202e" + new string('x', 1024 * 1024));
        };

        var (_, body) = await alerts.Broker.RestAsync(
            HttpMethod.Post, $"/api/v1/alert-receivers/{alerts.ReceiverId}/test", alerts.Broker.AdminPak, "{}");

        body["error"]!.GetValue<string>().Should().StartWith("It answered 500: no").And.NotContain("\u001b").And.NotContain("\u202e");
        body["error"]!.GetValue<string>().Length.Should().BeLessThan(300);
    }

    [Theory]
    [InlineData(1, null, 5)]
    [InlineData(4, null, 40)]
    [InlineData(30, null, 3600)]
    [InlineData(1, 600, 600)]
    [InlineData(5, 1, 80)]
    public void Tries_come_further_apart_and_never_sooner_than_asked(int attempts, int? asked, int seconds) =>
        Dispatcher.WaitOf(attempts, asked is { } s ? TimeSpan.FromSeconds(s) : null, luck: 0).Should().Be(TimeSpan.FromSeconds(seconds));

    [Fact]
    public async Task Secrets_are_nowhere_in_the_database_and_in_no_answer()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await FailAsync(alerts);
        await alerts.PassAsync();
        var hook = $"{alerts.Inbox.Url}/hook";
        var stored = (string)(await alerts.Broker.SqlAsync(
            "SELECT string_agg(r::text, '') || (SELECT string_agg(d::text, '') FROM alert_deliveries d) FROM alert_receivers r"))!;
        stored.Should().NotContain("/hook").And.NotContain(alerts.Secret["whsec_".Length..]);
        var (_, list) = await alerts.Broker.RestAsync(HttpMethod.Get, "/api/v1/alert-receivers", alerts.Broker.AdminPak);
        list.ToJsonString().Should().Contain(alerts.Inbox.Url).And.NotContain(hook).And.NotContain(alerts.Secret);
    }

    private static Receiver To(string url) => new(Guid.NewGuid(), "inbox", Wire.AlertReceiverKind.Types.Word.Slack, null, new(url, ""));

    /// <summary>One of the signatures is of that secret, as others verify it.</summary>
    private static void Verify(Letter letter, string secret) => letter.Headers["webhook-signature"].Split(' ').Count(signature =>
    {
        var headers = letter.Headers.ToDictionary(h => h.Key, h => new StringValues(h.Key == "webhook-signature" ? signature : h.Value));
        try
        {
            new StandardWebhook(secret).Verify(letter.Body, new HeaderDictionary(headers));
            return true;
        }
        catch (WebhookVerificationException)
        {
            return false;
        }
    }).Should().Be(1);

    private static async Task<((string Id, string Pak) Agent, string Web)> FailAsync(AlertFixture alerts)
    {
        var stack = await alerts.Broker.GivenStackAsync();
        var web = await alerts.Broker.GivenObjectAsync(stack);
        var agent = await alerts.Broker.GivenAgentAsync(stack);
        await alerts.Broker.ReportAsync(agent, web, "failing");
        return (agent, web);
    }

    private static async Task<JsonArray> DeliveriesAsync(AlertFixture alerts) =>
        (await alerts.Broker.RestAsync(HttpMethod.Get, "/api/v1/alert-deliveries", alerts.Broker.AdminPak)).Body["deliveries"]!.AsArray();

    private static WatchStore Pass(AlertFixture alerts) => alerts.Broker.Services.GetRequiredService<WatchStore>();

    private static DeliveryStore Store(AlertFixture alerts) => alerts.Broker.Services.GetRequiredService<DeliveryStore>();
}
