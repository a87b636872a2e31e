using System.Text.Json.Nodes;
using Brokkr.Tests.Processes;

namespace Brokkr.Tests.Broker.Diagnostics;

/// <summary>What the queue promises about attempts, deadlines and endings.</summary>
public sealed class QueueTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task A_failed_request_names_the_reason_of_every_attempt_and_takes_no_late_answer()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var id = await broker.RequestAsync(objectId);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            (await broker.ClaimAsync(id, agent.Pak)).Status.Should().Be(200);
            await broker.EndLeaseAsync(id);
        }

        var (_, failed) = await broker.ReadAsync(id);
        var late = await broker.SubmitAsync(id, agent.Pak, """{"attempt":3,"pod_statuses":[],"events":[]}""");

        failed.Text("status").Should().Be("failed", "time ended it, whether or not a clean-up ran");
        failed.Text("error").Should().Contain("3 times").And.Contain("attempt 1:").And.Contain("attempt 2:").And.Contain("attempt 3:");
        failed["attempt_errors"]!.AsArray().Should().HaveCount(3);
        late.Status.Should().Be(409);
        late.Body.Text("error").Should().Be("already_finished");
        (await broker.ClaimAsync(id, agent.Pak)).Status.Should().Be(409);
        (await broker.ReadAsync(id)).Body.Text("status").Should().Be("failed");
    }

    [Fact]
    public async Task A_request_whose_last_lease_ran_out_does_not_stand_in_the_way_of_a_new_one()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var lost = await broker.RequestAsync(objectId);
        await broker.ClaimAsync(lost, agent.Pak);
        await broker.SetAsync(lost, "attempt = 3, lease_expires_at = NOW() - INTERVAL '1 second'");

        var next = await broker.RequestAsync(objectId);

        next.Should().NotBe(lost);
        (await broker.ClaimAsync(next, agent.Pak)).Status.Should().Be(200);
    }

    [Fact]
    public async Task An_expired_request_says_why_and_stays_readable_for_the_retention()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var unheard = await broker.RequestAsync(objectId);
        await broker.SetAsync(unheard, "expires_at = NOW() - INTERVAL '1 second'");
        var (_, first) = await broker.ReadAsync(unheard);
        await broker.ClaimAsync(unheard, agent.Pak);
        await broker.SqlAsync($"UPDATE agents SET last_seen_at = NOW() - INTERVAL '1 hour' WHERE id = '{agent.Id}'");
        var silent = await broker.RequestAsync(objectId);
        await broker.SetAsync(silent, "expires_at = NOW() - INTERVAL '1 second'");
        await broker.SweepAsync();
        var (_, second) = await broker.ReadAsync(silent);

        first.Text("status").Should().Be("expired");
        first.Text("error").Should().Contain("never heard");
        second.Text("status").Should().Be("expired");
        second.Text("error").Should().MatchRegex("silent since 20[0-9-]+T[0-9:]+Z");
        (await broker.ClaimAsync(silent, agent.Pak)).Body.Text("error").Should().Be("expired");
        await broker.SetAsync(silent, "expires_at = NOW() - INTERVAL '1 second'");
        (await broker.ReadAsync(silent)).Status.Should().Be(404, "its retention is over, whether or not a clean-up ran");
        await broker.SweepAsync();
        (await broker.SqlAsync($"SELECT COUNT(*) FROM diagnostic_requests WHERE id = '{silent}'")).Should().Be(0L);
    }

    [Fact]
    public async Task A_claim_that_is_held_when_the_request_expires_still_delivers()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var id = await broker.RequestAsync(objectId);
        await broker.ClaimAsync(id, agent.Pak);
        await broker.SetAsync(id, "expires_at = NOW() - INTERVAL '1 second'");
        await broker.SweepAsync();

        (await broker.ReadAsync(id)).Body.Text("status").Should().Be("claimed");
        (await broker.SubmitAsync(id, agent.Pak, """{"attempt":1,"pod_statuses":[],"events":[]}""")).Status.Should().Be(200);
        (await broker.ReadAsync(id)).Body.Text("status").Should().Be("completed");
    }

    [Fact]
    public async Task A_claim_whose_lease_and_request_ran_out_is_expired()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var id = await broker.RequestAsync(objectId);
        await broker.ClaimAsync(id, agent.Pak);
        await broker.SetAsync(id, "expires_at = NOW() - INTERVAL '1 second', lease_expires_at = NOW() - INTERVAL '1 second'");

        var late = await broker.SubmitAsync(id, agent.Pak, """{"attempt":1,"pod_statuses":[],"events":[]}""");

        late.Body.Text("error").Should().Be("expired");
        var (_, expired) = await broker.ReadAsync(id);
        expired.Text("status").Should().Be("expired");
        expired.Text("error").Should().Contain("attempt 1:");
    }

    [Fact]
    public async Task An_answer_that_is_being_stored_when_the_last_lease_runs_out_is_not_overwritten()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var id = await broker.RequestAsync(objectId);
        await broker.ClaimAsync(id, agent.Pak);
        await broker.SetAsync(id, "attempt = 3, lease_expires_at = NOW() - INTERVAL '1 second'");
        await using var connection = await broker.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var store = new Npgsql.NpgsqlCommand(
            $"UPDATE diagnostic_requests SET status = 'completed', answered_attempt = 3, lease_expires_at = NULL, completed_at = NOW() WHERE id = '{id}'",
            connection);
        await store.ExecuteNonQueryAsync();

        var read = broker.ReadAsync(id);
        await Eventually.IsAsync("the reader waits for the row", async () => (bool)(await broker.SqlAsync(
            "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE "
            + "'%diagnostic_requests%')"))!);
        await transaction.CommitAsync();

        (await read).Body.Text("status").Should().Be("completed");
        (await broker.SqlAsync($"SELECT status::text FROM diagnostic_requests WHERE id = '{id}'")).Should().Be("completed");
    }

    [Fact]
    public async Task An_answer_after_the_lease_counts_while_nobody_took_the_request_again()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var id = await broker.RequestAsync(objectId);
        await broker.ClaimAsync(id, agent.Pak);
        await broker.EndLeaseAsync(id);

        (await broker.SubmitAsync(id, agent.Pak, """{"attempt":1,"pod_statuses":[],"events":[]}""")).Status.Should().Be(200);
    }

    [Fact]
    public async Task A_superseded_attempt_changes_nothing_before_the_new_result_after_it_and_after_its_deletion()
    {
        const string old = """{"attempt":1,"error":"from the old claim"}""";
        var (objectId, agent) = await broker.GivenTargetAsync();
        var id = await broker.RequestAsync(objectId);
        await broker.ClaimAsync(id, agent.Pak);
        await broker.EndLeaseAsync(id);
        await broker.ClaimAsync(id, agent.Pak);

        (await broker.SubmitAsync(id, agent.Pak, old)).Body.Text("error").Should().Be("attempt_superseded");
        (await broker.ReadAsync(id)).Body.Text("status").Should().Be("claimed");
        (await broker.SubmitAsync(id, agent.Pak, """{"attempt":2,"pod_statuses":[],"events":[]}""")).Status.Should().Be(200);
        (await broker.SubmitAsync(id, agent.Pak, old)).Body.Text("error").Should().Be("attempt_superseded");
        (await broker.ReadAsync(id)).Body.Text("status").Should().Be("completed");
        await broker.SetAsync(id, "expires_at = NOW() - INTERVAL '1 second'");
        (await broker.SubmitAsync(id, agent.Pak, old)).Status.Should().Be(404);
    }

    [Fact]
    public async Task The_same_answer_many_times_at_once_is_stored_once_and_answered_alike()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var id = await broker.RequestAsync(objectId);
        await broker.ClaimAsync(id, agent.Pak);

        var answers =
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => broker.SubmitAsync(id, agent.Pak, """{"attempt":1,"pod_statuses":[],"events":[]}""")));

        answers.Should().OnlyContain(a => a.Status == 200);
        answers.Select(a => a.Body.ToJsonString()).Distinct().Should().ContainSingle();
        (await broker.SqlAsync($"SELECT COUNT(*) FROM diagnostic_results WHERE request_id = '{id}'")).Should().Be(1L);
    }

    [Fact]
    public async Task The_table_itself_refuses_a_second_result()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var id = await broker.RequestAsync(objectId);
        await broker.SubmitAsync(id, agent.Pak);

        var again = () =>
            broker.SqlAsync($"INSERT INTO diagnostic_results (request_id, pod_statuses, events, collected_at) VALUES ('{id}', '[]', '[]', NOW())");

        (await again.Should().ThrowAsync<Npgsql.PostgresException>()).Which.SqlState.Should().Be("23505");
    }

    [Fact]
    public async Task A_claim_whose_answer_got_lost_is_found_again_by_its_key()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var id = await broker.RequestAsync(objectId);

        var first = await broker.ClaimAsync(id, agent.Pak, "once");
        var again = await broker.ClaimAsync(id, agent.Pak, "once");
        var other = await broker.ClaimAsync(id, agent.Pak, "another");
        var none = await broker.ClaimAsync(id, agent.Pak);

        again.Status.Should().Be(200);
        again.Body["attempt"]!.GetValue<int>().Should().Be(1);
        again.Body.Text("lease_expires_at").Should().Be(first.Body.Text("lease_expires_at"));
        first.Body["lease_seconds"]!.GetValue<int>().Should().BeInRange(100, 120);
        other.Body.Text("error").Should().Be("already_claimed");
        none.Body.Text("error").Should().Be("already_claimed");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    public async Task A_cancelled_request_is_not_handed_out_and_stores_no_result(string? body)
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var (waiting, held) = (await broker.RequestAsync(objectId), "");
        (await broker.CancelAsync(waiting, body)).Body.Text("status").Should().Be("cancelled");
        held = await broker.RequestAsync(objectId);
        await broker.ClaimAsync(held, agent.Pak);

        (await broker.CancelAsync(held, body)).Status.Should().Be(200);
        (await broker.CancelAsync(held, body)).Status.Should().Be(200, "to withdraw twice is to withdraw");
        var submitted = await broker.SubmitAsync(held, agent.Pak, """{"attempt":1,"pod_statuses":[],"events":[]}""");

        submitted.Body.Text("error").Should().Be("cancelled");
        (await broker.ClaimAsync(waiting, agent.Pak)).Body.Text("error").Should().Be("cancelled");
        var (_, cancelled) = await broker.ReadAsync(held);
        cancelled.Text("status").Should().Be("cancelled");
        cancelled.Text("error").Should().Be("cancelled by bootstrap");
        (await broker.SqlAsync($"SELECT COUNT(*) FROM diagnostic_results WHERE request_id = '{held}'")).Should().Be(0L);
    }

    [Fact]
    public async Task What_ended_is_not_cancelled()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var id = await broker.RequestAsync(objectId);
        await broker.SubmitAsync(id, agent.Pak);

        (await broker.CancelAsync(id)).Body.Text("error").Should().Be("already_finished");
        (await broker.CancelAsync("7f3c2a10-5b1e-4c56-9d3a-0f6f1f5e2b11")).Status.Should().Be(404);
        (await broker.RestAsync(HttpMethod.Post, $"/api/v1/diagnostics/{id}/cancel", agent.Pak)).Status.Should().Be(403);
        (await broker.ReadAsync(id)).Body.Text("status").Should().Be("completed");
    }

    [Fact]
    public async Task Any_number_of_brokers_clean_up_at_once()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        await broker.SqlAsync($"""
            INSERT INTO diagnostic_requests (agent_id, deployment_object_id, status, expires_at, completed_at)
            SELECT '{agent.Id}', '{objectId}', 'failed', NOW() - INTERVAL '1 second', NOW() FROM generate_series(1, 2500)
            """);

        var deleted = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => broker.SweepAsync()));

        deleted.Sum().Should().BeGreaterThanOrEqualTo(2500);
        (await broker.SqlAsync($"SELECT COUNT(*) FROM diagnostic_requests WHERE deployment_object_id = '{objectId}'")).Should().Be(0L);
    }

    [Fact]
    public async Task Ten_thousand_requests_of_one_agent_do_not_delay_another()
    {
        var stack = await broker.GivenStackAsync();
        var (busy, other) = (await broker.GivenAgentAsync(), await broker.GivenAgentAsync(stack));
        var objects = new List<string>();
        for (var i = 0; i < 20; i++)
            objects.Add(await broker.GivenObjectAsync(stack, $"web-{i}"));
        await broker.SqlAsync($"""
            WITH many AS (INSERT INTO deployment_objects (stack_id, name, revision, yaml) SELECT '{stack}', 'many-' || i, 1, ''
              FROM generate_series(1, 10000) i RETURNING id)
            INSERT INTO diagnostic_requests (agent_id, deployment_object_id, expires_at) SELECT '{busy.Id}', id, NOW() + INTERVAL '1 hour' FROM many
            """);
        await broker.SqlAsync("ANALYZE diagnostic_requests");

        // The broker counts what is pending for the fleet's figures as well, now and then: that is in no more than one of several looks.
        var read = new List<long>();
        for (var look = 0; look < 3; look++)
        {
            var before = await RowsReadAsync();
            await RoundAsync(objects, other);
            // The server counts what a connection read with the first statement a second later.
            await Task.Delay(TimeSpan.FromSeconds(1.2));
            await RoundAsync(objects, other);
            read.Add(await RowsReadAsync() - before);
        }

        read.Min().Should().BeInRange(40, 5000, "forty requests were asked for, taken and answered");
        var (_, page) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/agents/{busy.Id}/diagnostics/pending", busy.Pak);
        page["requests"]!.AsArray().Should().HaveCount(100);
    }

    private async Task<long> RowsReadAsync() => (long)(await broker.SqlAsync(
        "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = 'diagnostic_requests'"))!;

    /// <summary>Asks for each, takes what is pending, and answers it.</summary>
    private async Task RoundAsync(List<string> objects, (string Id, string Pak) agent)
    {
        foreach (var objectId in objects)
        {
            var id = await broker.RequestAsync(objectId);
            var (_, pending) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/agents/{agent.Id}/diagnostics/pending", agent.Pak);
            pending["requests"]!.AsArray().Select(r => ((JsonObject)r!).Text("id")).Should().Equal(id);
            (await broker.ClaimAsync(id, agent.Pak)).Status.Should().Be(200);
            await broker.SubmitAsync(id, agent.Pak);
        }
    }
}
