using System.Text.Json.Nodes;
using Brokkr.Broker.Alerts.Evaluation;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Brokkr.Tests.Broker.Alerts;

/// <summary>Whatever breaks, a message is neither lost nor told as two.</summary>
public sealed class FaultTests
{
    [Fact]
    public async Task Three_brokers_tell_the_beginning_once_and_the_end_once()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await using var one = await alerts.AnotherBrokerAsync(looksByItself: true);
        await using var two = await alerts.AnotherBrokerAsync(looksByItself: true);
        await using var three = await alerts.AnotherBrokerAsync(looksByItself: true);
        var (agent, web) = await alerts.GivenWebAsync();
        await alerts.Broker.ReportAsync(agent, web, "failing");
        await Eventually.IsAsync("it is told", () => Task.FromResult(!alerts.Inbox.Letters.IsEmpty));
        await WatchedAsync(5);
        await alerts.Broker.ReportAsync(agent, web, "healthy");
        await Eventually.IsAsync("its end is told", () => Task.FromResult(alerts.Inbox.Letters.Count > 1));
        await WatchedAsync(5);

        alerts.Inbox.Bodies.Select(b => (string)b["type"]!).Should().Equal("alert.firing", "alert.resolved");

        // So many more passes, each by whichever broker has the watch.
        async Task WatchedAsync(int passes)
        {
            for (var i = 0; i < passes; i++)
            {
                var before = await alerts.Broker.SqlAsync("SELECT seen_at FROM alert_watch");
                await Eventually.IsAsync("somebody looks", async () => !Equals(await alerts.Broker.SqlAsync("SELECT seen_at FROM alert_watch"), before));
            }
        }
    }

    [Fact]
    public async Task A_broker_that_stops_leaves_the_watch_to_another_and_one_that_dies_for_ten_seconds_only()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await using var other = await alerts.AnotherBrokerAsync();
        var (watch, next) = (alerts.Broker.Services.GetRequiredService<WatchStore>(), other.Services.GetRequiredService<WatchStore>());
        (await watch.RunAsync(CancellationToken.None)).Should().BeTrue();
        (await next.RunAsync(CancellationToken.None)).Should().BeFalse();

        await watch.ReleaseAsync(CancellationToken.None);
        (await next.RunAsync(CancellationToken.None)).Should().BeTrue();
        (await alerts.Broker.SqlAsync("SELECT held_until <= seen_at + INTERVAL '10 seconds' FROM alert_watch")).Should().Be(true);
        await alerts.Broker.SqlAsync("UPDATE alert_watch SET held_until = held_until - INTERVAL '10 seconds'");
        (await watch.RunAsync(CancellationToken.None)).Should().BeTrue();
    }

    [Fact]
    public async Task A_pass_that_another_is_in_the_middle_of_waits_for_nobody()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await using var stuck = await alerts.Broker.Database.OpenConnectionAsync();
        await using var transaction = await stuck.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("UPDATE alert_watch SET seen_at = seen_at", stuck, transaction))
            await hold.ExecuteNonQueryAsync();

        (await alerts.Broker.Services.GetRequiredService<WatchStore>().RunAsync(CancellationToken.None)).Should().BeFalse();
    }

    [Fact]
    public async Task A_database_that_breaks_off_a_pass_or_a_note_costs_nothing()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await using var broker = await alerts.AnotherBrokerAsync(looksByItself: true);
        alerts.Inbox.Answer = async _ => await BreakAsync();
        var (agent, web) = await alerts.GivenWebAsync();
        await alerts.Broker.ReportAsync(agent, web, "failing");

        await Eventually.IsAsync("it is told", () => Task.FromResult(!alerts.Inbox.Letters.IsEmpty));
        alerts.Inbox.Answer = _ => Task.CompletedTask;
        await AdminAsync("UPDATE alert_deliveries SET claimed_until = NOW() - INTERVAL '1 second' WHERE state = 'pending'");
        await Eventually.IsAsync("it is noted", async () => (long)(await AdminAsync(
            "SELECT COUNT(*) FROM alert_deliveries WHERE state = 'delivered'"))! == 1);
        await BreakAsync();
        await Eventually.IsAsync("the broker can ask again", async () => (await ReportAsync()) == 200);
        await Eventually.IsAsync("its end is told", () => Task.FromResult(alerts.Inbox.Bodies.Any(b => (string)b["type"]! == "alert.resolved")));

        alerts.Inbox.Letters.GroupBy(l => JsonNode.Parse(l.Body)!["type"]!.GetValue<string>()).Should()
            .OnlyContain(type => type.Select(l => l.Headers["webhook-id"]).Distinct().Count() == 1, "what comes twice bears the same identifier");

        async Task<int> ReportAsync()
        {
            try
            {
                return (await alerts.Broker.ReportAsync(agent, web, "healthy")).Status;
            }
            catch (HttpRequestException)
            {
                return 0;
            }
        }

        Task<object?> BreakAsync() => AdminAsync(
            "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

        // On a connection of its own, which nothing broke before.
        async Task<object?> AdminAsync(string sql)
        {
            await using var admin = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(alerts.Broker.Options.Database.ConnectionString)
            {
                Pooling = false,
            }.ConnectionString);
            await admin.OpenAsync();
            await using var command = new NpgsqlCommand(sql, admin);
            return await command.ExecuteScalarAsync();
        }
    }

    [Fact]
    public async Task A_receiver_that_hangs_holds_up_no_other()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await using var slow = await Inbox.OpenAsync();
        var release = new TaskCompletionSource();
        slow.Answer = _ => release.Task;
        await alerts.GivenReceiverAsync("slow", $$"""{"name":"slow","kind":"webhook","url":"{{slow.Url}}/hook"}""");
        var stack = await alerts.Broker.GivenStackAsync();
        var agent = await alerts.Broker.GivenAgentAsync(stack);
        for (var i = 0; i < 6; i++)
            await alerts.Broker.ReportAsync(agent, await alerts.Broker.GivenObjectAsync(stack, $"web-{i}"), "failing");
        await alerts.LookAsync();

        var sending = alerts.SendAsync();
        await Eventually.IsAsync("the other has all of its messages", () => Task.FromResult(alerts.Inbox.Letters.Count == 6));
        slow.Letters.Should().BeEmpty();
        release.SetResult();
        await sending;
        slow.Letters.Should().HaveCount(6);
    }

    [Fact]
    public async Task A_receiver_that_asks_for_patience_has_it_for_all_its_messages()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var (agent, web) = await alerts.GivenWebAsync();
        await alerts.Broker.ReportAsync(agent, web, "failing");
        alerts.Inbox.Answer = context =>
        {
            (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (429, "600");
            return Task.CompletedTask;
        };
        await alerts.PassAsync();
        alerts.Inbox.Letters.Clear();
        alerts.Inbox.Answer = _ => Task.CompletedTask;
        (agent, web) = await alerts.GivenWebAsync();
        await alerts.Broker.ReportAsync(agent, web, "failing");

        await alerts.LaterAsync(9);
        await alerts.PassAsync();
        alerts.Inbox.Letters.Should().BeEmpty();
        await alerts.LaterAsync(2);
        await alerts.PassAsync();
        alerts.Inbox.Letters.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_receiver_that_returns_after_three_hours_gets_one_message_for_each_group()
    {
        await using var alerts = await AlertFixture.StartAsync("""{"wait_seconds":0,"interval_seconds":0,"recover_seconds":0,"repeat_minutes":30}""");
        alerts.Inbox.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        var (agent, web) = await alerts.GivenWebAsync();
        var (other, api) = await alerts.GivenWebAsync();
        await alerts.Broker.ReportAsync(other, api, "failing");
        for (var i = 0; i < 3; i++)
        {
            await alerts.Broker.ReportAsync(agent, web, i % 2 == 0 ? "failing" : "healthy");
            await alerts.PassAsync();
            await alerts.LaterAsync(60);
        }

        alerts.Inbox.Letters.Clear();
        alerts.Inbox.Answer = _ => Task.CompletedTask;
        await alerts.PassAsync();

        alerts.Inbox.Bodies.Select(b => (string)b["data"]!["group_key"]!).Should().HaveCount(2).And.OnlyHaveUniqueItems();
        alerts.Inbox.Bodies.Should().OnlyContain(b => (string)b["type"]! == "alert.firing", "the receiver heard of none of it");
    }

    [Fact]
    public async Task What_nobody_takes_for_a_day_is_given_up_however_often_it_was_replaced()
    {
        await using var alerts = await AlertFixture.StartAsync("""{"wait_seconds":0,"interval_seconds":0,"repeat_minutes":0}""");
        alerts.Inbox.Answer = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        var stack = await alerts.Broker.GivenStackAsync();
        var web = await alerts.Broker.GivenObjectAsync(stack);
        for (var i = 0; i < 4; i++)
        {
            await alerts.Broker.ReportAsync(await alerts.Broker.GivenAgentAsync(stack), web, "failing");
            await alerts.PassAsync();
            await alerts.LaterAsync(8 * 60);
        }

        await alerts.PassAsync();

        (await alerts.Broker.SqlAsync("SELECT string_agg(state, ' ' ORDER BY number) FROM alert_deliveries")).Should().Be("replaced replaced replaced dead");
    }
}
