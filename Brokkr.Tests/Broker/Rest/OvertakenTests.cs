using Brokkr.Tests.Broker.Diagnostics;
using Brokkr.Tests.Processes;
using Npgsql;

namespace Brokkr.Tests.Broker.Rest;

/// <summary>Calls about something that another call takes away, or adds, before they are done.</summary>
public sealed class OvertakenTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Theory]
    [InlineData("sessions")]
    [InlineData("facts")]
    public async Task An_agent_that_speaks_while_it_is_deleted_is_told_that_there_is_none(string path)
    {
        var agent = await broker.GivenAgentAsync();
        await using var connection = await broker.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        // Known to the broker, so that the key is not asked about while it goes.
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/agents/{agent.Id}/health", agent.Pak)).Status.Should().Be(200);
        await using (var delete = new NpgsqlCommand($"DELETE FROM agents WHERE id = '{agent.Id}'", connection))
            await delete.ExecuteNonQueryAsync();

        var call = broker.RestAsync(HttpMethod.Post, $"/api/v1/agents/{agent.Id}/{path}", agent.Pak, "{}");
        await Eventually.IsAsync("it waits", async () => call.IsCompleted || (long)(await broker.SqlAsync(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%INSERT%'"))! > 0);
        await transaction.CommitAsync();

        var (status, body) = await call;
        (status, body.Text("error")).Should().Be((404, "not_found"), body.ToJsonString());
    }
}
