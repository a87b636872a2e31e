using Brokkr.Broker.Diagnostics;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Brokkr.Tests.Broker.Diagnostics;

/// <summary>What becomes of requests whose deployment object or target goes.</summary>
public sealed class WithdrawalTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task Superseding_cancels_a_running_claim_with_its_attempts_and_tells_its_agent()
    {
        var stack = await broker.GivenStackAsync();
        var objectId = await broker.GivenObjectAsync(stack);
        var agent = await broker.GivenAgentAsync(stack);
        var id = await broker.RequestAsync(objectId);
        await broker.ClaimAsync(id, agent.Pak);
        await broker.EndLeaseAsync(id);
        (await broker.ClaimAsync(id, agent.Pak)).Status.Should().Be(200);
        // A claim may outlive the time for which a request waits.
        await broker.SetAsync(id, "created_at = NOW() - INTERVAL '61 minutes', expires_at = NOW() - INTERVAL '1 minute'");
        var told = await ListenAsync();

        await broker.GivenObjectAsync(stack);

        var (status, body) = await broker.ReadAsync(id);
        (status, body.Text("status"), body["attempt"]!.GetValue<int>()).Should().Be((200, "cancelled", 2));
        body.Text("error").Should().Contain("a newer revision took the place").And.Contain("attempt 1: taken at");
        (await told(agent.Id)).Should().BeTrue("the agent works on it in vain");
        (await broker.SubmitAsync(id, agent.Pak)).Body.Text("error").Should().Be("cancelled");
    }

    [Fact]
    public async Task Removing_a_target_tells_the_agent()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var id = await broker.RequestAsync(objectId);
        await broker.ClaimAsync(id, agent.Pak);
        var told = await ListenAsync();
        var stack = await broker.SqlAsync($"SELECT stack_id FROM deployment_objects WHERE id = '{objectId}'");

        (await broker.RestAsync(HttpMethod.Delete, $"/api/v1/agents/{agent.Id}/targets/{stack}", broker.AdminPak)).Status.Should().BeLessThan(300);

        (await told(agent.Id)).Should().BeTrue();
    }

    [Theory]
    [InlineData("DELETE FROM agent_targets WHERE agent_id = '{0}'")]
    [InlineData("UPDATE deployment_objects SET superseded_at = NOW() WHERE id = '{1}'")]
    public async Task A_request_that_meets_the_end_of_its_target_waits_and_is_refused(string sql)
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        await using var connection = await broker.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var end = new NpgsqlCommand(string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, agent.Id, objectId), connection))
            await end.ExecuteNonQueryAsync();

        var request = broker.RestAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{objectId}/diagnostics", broker.AdminPak);
        await Eventually.IsAsync("it waits", async () =>
            request.IsCompleted || (long)(await broker.SqlAsync("SELECT COUNT(*) FROM pg_locks WHERE NOT granted"))! > 0);
        await transaction.CommitAsync();

        var (_, body) = await request;
        body.Text("error").Should().Be("no_agent");
        (await broker.SqlAsync($"SELECT COUNT(*) FROM diagnostic_requests WHERE deployment_object_id = '{objectId}'")).Should().Be(0L);
    }

    [Fact]
    public async Task A_withdrawal_that_nobody_was_told_of_is_found_by_the_look()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var id = await broker.RequestAsync(objectId);
        await broker.ClaimAsync(id, agent.Pak);
        var poll = broker.RestAsync(HttpMethod.Get, $"/api/v1/agents/{agent.Id}/diagnostics/pending?wait_seconds=50&held={id}", agent.Pak);
        await Eventually.IsAsync("the poll is held", () => Task.FromResult(broker.Services.GetRequiredService<HeldPolls>().Count == 1));

        await broker.SetAsync(id, "status = 'cancelled', completed_at = NOW(), lease_expires_at = NULL");

        (await poll).Body["withdrawn"]!.AsArray().Select(w => w!.GetValue<string>()).Should().Equal(id);
    }

    /// <summary>Listens on the channel, on a connection of its own; asked afterwards it answers whether an agent was named.</summary>
    private async Task<Func<string, Task<bool>>> ListenAsync()
    {
        var connection = await broker.Database.OpenConnectionAsync();
        var heard = new List<string>();
        connection.Notification += (_, notification) => heard.Add(notification.Payload);
        await using (var listen = new NpgsqlCommand("LISTEN brokkr_diagnostics", connection))
            await listen.ExecuteNonQueryAsync();
        return async agent =>
        {
            await using var held = connection;
            while (!heard.Contains(agent))
            {
                if (!await connection.WaitAsync(TimeSpan.FromSeconds(30)))
                    return false;
            }

            return true;
        };
    }
}
