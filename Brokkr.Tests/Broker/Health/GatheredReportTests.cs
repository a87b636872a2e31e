using Brokkr.Tests.Agent;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Tests.Broker.Health;

/// <summary>Reports that arrive at the same time share a transaction, and nothing else.</summary>
public sealed class GatheredReportTests(GatheringBroker stage) : IClassFixture<GatheringBroker>
{
    private const string StoredApart = "could not be stored together";

    [Fact]
    public async Task Reports_that_wait_are_stored_together_and_each_is_judged_by_its_own_number()
    {
        var (id, agents) = await stage.GivenAgentsAsync(3);
        var (newer, older, lost) = (agents[0], agents[1], agents[2] with { Epoch = 1_000_000 });
        var foreign = await stage.GivenAgentAsync();
        await stage.ReportAsync(newer, 1, id, Word.Healthy);
        await stage.ReportAsync(older, 5, id, Word.Healthy);

        Task<Wire.ReportHealthResponse> ofNewer, ofOlder, ofLost, ofForeign;
        await using (await stage.HoldUpAsync())
        {
            ofNewer = await stage.QueueAsync(newer, 6, id, Word.Failing);
            ofOlder = await stage.QueueAsync(older, 3, id, Word.Degraded);
            ofLost = await stage.QueueAsync(lost, 9, id, Word.Degraded);
            ofForeign = await stage.QueueAsync(foreign, 9, id, Word.Degraded);
        }

        (await ofNewer).Accepted.Should().Be(1);
        (await ofOlder).Rejected.Should().ContainSingle().Which.Reason.Should().Be("older_than_stored");
        (await FluentActions.Awaiting(() => ofLost).Should().ThrowAsync<RpcException>()).Which.StatusCode.Should().Be(StatusCode.FailedPrecondition);
        (await ofForeign).Rejected.Should().ContainSingle().Which.Reason.Should().Be("not_found");
        (await stage.StatusOfAsync(newer, id)).Should().Be(Word.Failing);
        (await stage.StatusOfAsync(older, id)).Should().Be(Word.Healthy);
        (await stage.StatusOfAsync(lost, id)).Should().Be(Word.Unknown);
        (await stage.Broker.SqlAsync($"""
            SELECT COUNT(DISTINCT xmin::text) FROM agent_sessions WHERE agent_id IN ('{newer.Id}', '{older.Id}', '{foreign.Id}')
            """)).Should().Be(1L, "one transaction wrote all of it");
    }

    [Fact]
    public async Task What_one_agent_sends_meanwhile_is_stored_in_its_order_each_in_a_transaction_of_its_own()
    {
        var (id, agents) = await stage.GivenAgentsAsync(2);
        Word[] said = [Word.Degraded, Word.Failing, Word.Healthy, Word.Degraded];
        var log = Log();

        var answers = new List<Task<Wire.ReportHealthResponse>>();
        await using (await stage.HoldUpAsync())
        {
            foreach (var (i, status) in said.Index())
                answers.Add(await stage.QueueAsync(agents[0], i + 1, id, status));
            answers.Add(await stage.QueueAsync(agents[1], 1, id, Word.Failing));
        }

        (await Task.WhenAll(answers)).Should().OnlyContain(a => a.Accepted == 1 && a.Rejected.Count == 0);
        (await stage.HistoryOfAsync(agents[0], id)).Should().Equal(said);
        log.All.Should().NotContain(l => l.Text.Contains(StoredApart, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_reports_that_are_stored_together_one_that_cannot_be_stored_fails_alone()
    {
        var (id, agents) = await stage.GivenAgentsAsync(3);
        var log = Log();
        await stage.Broker.SqlAsync($"ALTER TABLE deployment_health ADD CONSTRAINT refused CHECK (agent_id <> '{agents[1].Id}')");

        var answers = new List<Task<Wire.ReportHealthResponse>>();
        await using (await stage.HoldUpAsync())
        {
            foreach (var agent in agents)
                answers.Add(await stage.QueueAsync(agent, 1, id, Word.Degraded));
        }

        (await answers[0]).Accepted.Should().Be(1);
        (await FluentActions.Awaiting(() => answers[1]).Should().ThrowAsync<RpcException>()).Which.StatusCode.Should().Be(StatusCode.Internal);
        (await answers[2]).Accepted.Should().Be(1);
        await stage.Broker.SqlAsync("ALTER TABLE deployment_health DROP CONSTRAINT refused");
        (await stage.StatusOfAsync(agents[0], id)).Should().Be(Word.Degraded);
        (await stage.StatusOfAsync(agents[1], id)).Should().Be(Word.Unknown);
        (await stage.StatusOfAsync(agents[2], id)).Should().Be(Word.Degraded);
        log.All.Should().ContainSingle(l => l.Text.Contains(StoredApart, StringComparison.Ordinal)).Which.Text.Should().Contain("23514");
        (await stage.ReportAsync(agents[1], 2, id, Word.Healthy)).Accepted.Should().Be(1);
    }

    [Fact]
    public async Task Nobody_is_answered_before_the_commit()
    {
        var (id, agents) = await stage.GivenAgentsAsync(3);
        await stage.Broker.SqlAsync("""
            CREATE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(1401); RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER wait_at_commit AFTER UPDATE ON placements DEFERRABLE INITIALLY DEFERRED
              FOR EACH ROW EXECUTE FUNCTION wait_at_commit();
            """);

        var answers = new List<Task<Wire.ReportHealthResponse>>();
        await using (await stage.HoldAsync("SELECT pg_advisory_xact_lock(1401)"))
        {
            await using (await stage.HoldUpAsync())
            {
                foreach (var agent in agents)
                    answers.Add(await stage.QueueAsync(agent, 1, id, Word.Degraded));
            }

            // All of it is written by now, but for the commit.
            await Task.WhenAny(stage.LockedAsync("l.locktype = 'advisory'", 1), Task.WhenAny(answers));
            answers.Should().NotContain(a => a.IsCompleted);
            (await stage.StatusOfAsync(agents[0], id)).Should().Be(Word.Unknown);
        }

        (await Task.WhenAll(answers)).Should().OnlyContain(a => a.Accepted == 1);
        (await stage.StatusOfAsync(agents[0], id)).Should().Be(Word.Degraded);
        await stage.Broker.SqlAsync("DROP TRIGGER wait_at_commit ON placements");
    }

    [Fact]
    public async Task What_waited_for_too_long_is_sent_away_unstored_and_told_when_to_come_again()
    {
        var (id, agents) = await stage.GivenAgentsAsync(2);
        var patience = stage.Queue.LongestWait;

        Task<Wire.ReportHealthResponse> late;
        await using (await stage.HoldUpAsync())
        {
            late = await stage.QueueAsync(agents[0], 1, id, Word.Degraded);
            stage.Queue.LongestWait = TimeSpan.Zero;
        }

        var refused = (await FluentActions.Awaiting(() => late).Should().ThrowAsync<RpcException>()).Which;
        stage.Queue.LongestWait = patience;
        refused.StatusCode.Should().Be(StatusCode.ResourceExhausted);
        refused.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan().Should().BePositive();
        (await stage.StatusOfAsync(agents[0], id)).Should().Be(Word.Unknown);
        (await stage.ReportAsync(agents[0], 2, id, Word.Degraded)).Accepted.Should().Be(1);
        (await stage.ReportAsync(agents[1], 1, id, Word.Healthy)).Accepted.Should().Be(1);
    }

    [Fact]
    public async Task A_caller_that_gives_up_costs_nobody_else()
    {
        var (id, agents) = await stage.GivenAgentsAsync(3);
        using var waiting = new CancellationTokenSource();

        Task<Wire.ReportHealthResponse> first, given, last;
        await using (await stage.HoldUpAsync())
        {
            first = await stage.QueueAsync(agents[0], 1, id, Word.Degraded);
            given = await stage.QueueAsync(agents[1], 1, id, Word.Degraded, waiting.Token);
            last = await stage.QueueAsync(agents[2], 1, id, Word.Degraded);
            await waiting.CancelAsync();
            await stage.WaitingAsync(2);
        }

        (await FluentActions.Awaiting(() => given).Should().ThrowAsync<RpcException>()).Which.StatusCode.Should().Be(StatusCode.Cancelled);
        (await first).Accepted.Should().Be(1);
        (await last).Accepted.Should().Be(1);
        (await stage.StatusOfAsync(agents[1], id)).Should().Be(Word.Unknown);
        (await stage.ReportAsync(agents[1], 2, id, Word.Healthy)).Accepted.Should().Be(1);
    }

    [Fact]
    public async Task A_caller_that_gives_up_while_its_report_is_stored_costs_nobody_else_either()
    {
        var (id, agents) = await stage.GivenAgentsAsync(3);
        using var storing = new CancellationTokenSource();
        Task<Wire.ReportHealthResponse> first, given, last;
        await using (await stage.HoldAsync($"SELECT 1 FROM placements WHERE agent_id = '{agents[0].Id}' FOR UPDATE"))
        {
            await using (await stage.HoldUpAsync())
            {
                first = await stage.QueueAsync(agents[0], 1, id, Word.Degraded);
                given = await stage.QueueAsync(agents[1], 1, id, Word.Degraded, storing.Token);
                last = await stage.QueueAsync(agents[2], 1, id, Word.Degraded);
            }

            await stage.LockedAsync("l.locktype = 'transactionid'", 1);
            await storing.CancelAsync();
            (await FluentActions.Awaiting(() => given).Should().ThrowAsync<RpcException>()).Which.StatusCode.Should().Be(StatusCode.Cancelled);
        }

        (await first).Accepted.Should().Be(1);
        (await last).Accepted.Should().Be(1);
        (await stage.ReportAsync(agents[1], 2, id, Word.Healthy)).Accepted.Should().Be(1);
    }

    [Fact]
    public async Task An_agent_whose_row_somebody_holds_waits_alone()
    {
        var (id, agents) = await stage.GivenAgentsAsync(3);

        Task<Wire.ReportHealthResponse> held;
        await using (await stage.HoldAsync($"SELECT 1 FROM agents WHERE id = '{agents[0].Id}' FOR NO KEY UPDATE"))
        {
            var answers = new List<Task<Wire.ReportHealthResponse>>();
            await using (await stage.HoldUpAsync())
            {
                held = await stage.QueueAsync(agents[0], 1, id, Word.Degraded);
                foreach (var agent in agents[1..])
                    answers.Add(await stage.QueueAsync(agent, 1, id, Word.Degraded));
            }

            (await Task.WhenAll(answers)).Should().OnlyContain(a => a.Accepted == 1);
            // However many of them there are, others go on.
            (await stage.ReportAsync(agents[1], 2, id, Word.Healthy)).Accepted.Should().Be(1);
            held.IsCompleted.Should().BeFalse();
        }

        (await held).Accepted.Should().Be(1);
    }

    [Fact]
    public async Task Two_brokers_that_store_reports_of_the_same_agents_in_opposite_orders_never_wait_in_a_circle()
    {
        await using var second = await stage.Broker.AnotherBrokerAsync();
        var (id, agents) = await stage.GivenAgentsAsync(8);
        Word[] words = [Word.Healthy, Word.Degraded, Word.Failing];
        var log = Log();

        for (var round = 0; round < 20; round++)
        {
            var (one, two) = ((2 * round) + 1, (2 * round) + 2);
            await Task.WhenAll(
                [
                    .. agents.Select(a => stage.ReportAsync(a, one, id, words[one % 3])),
                    .. agents.Reverse().Select(a => stage.ReportAsync(a, two, id, words[two % 3], second)),
                ]);
        }

        foreach (var agent in agents)
            (await stage.StatusOfAsync(agent, id)).Should().Be(words[40 % 3], "the largest number stands");
        log.All.Should().NotContain(l => l.Text.Contains(StoredApart, StringComparison.Ordinal));
        (await stage.Broker.SqlAsync("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")).Should().Be(0L);
    }

    private LogLines Log()
    {
        var log = new LogLines();
        stage.Broker.Services.GetRequiredService<ILoggerFactory>().AddProvider(log.Provider);
        return log;
    }
}
