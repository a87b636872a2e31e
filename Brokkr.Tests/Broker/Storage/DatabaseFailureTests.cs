using Brokkr.Contracts;
using Brokkr.Tests.Broker.Diagnostics;
using Brokkr.Tests.Processes;
using Grpc.Core;

namespace Brokkr.Tests.Broker.Storage;

/// <summary>A database that fails in the middle of something.</summary>
public sealed class DatabaseFailureTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Theory]
    [InlineData("40001", "a serialization failure")]
    [InlineData("40P01", "a deadlock")]
    [InlineData("26000", "a session that does not know what was prepared")]
    [InlineData("42P05", "a session in which another has that name")]
    public async Task What_the_database_undid_is_run_again(string code, string because)
    {
        await FailAsync("stacks", "INSERT", code, times: 2);

        var (status, _) = await broker.RestAsync(HttpMethod.Post, "/api/v1/stacks", broker.AdminPak, $$"""{"name":"again-{{code}}"}""");

        status.Should().Be(201, because);
        (await broker.SqlAsync($"SELECT COUNT(*) FROM stacks WHERE name = 'again-{code}'")).Should().Be(1L);
    }

    [Theory]
    [InlineData("57P01")]
    [InlineData("57P03")]
    [InlineData("08006")]
    [InlineData("08P01")]
    [InlineData("25006")]
    [InlineData("53100")]
    [InlineData("53300")]
    [InlineData("58030")]
    public async Task Where_the_database_fails_half_way_nothing_is_applied_and_the_same_call_succeeds_later(string code)
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var id = await broker.RequestAsync(objectId);
        await broker.ClaimAsync(id, agent.Pak);
        await FailAsync("diagnostic_requests", "UPDATE", code, times: 1);

        var failed = await broker.SubmitAsync(id, agent.Pak, """{"attempt":1,"pod_statuses":[],"events":[]}""");
        var results = await broker.SqlAsync($"SELECT COUNT(*) FROM diagnostic_results WHERE request_id = '{id}'");
        var again = await broker.SubmitAsync(id, agent.Pak, """{"attempt":1,"pod_statuses":[],"events":[]}""");

        failed.Status.Should().Be(503);
        failed.Body.Text("error").Should().Be("unavailable");
        results.Should().Be(0L);
        again.Status.Should().Be(200);
        (await broker.ReadAsync(id)).Body.Text("status").Should().Be("completed");
    }

    [Fact]
    public async Task A_key_that_cannot_be_looked_up_is_not_refused_but_asked_for_again()
    {
        var (name, away) = ((string)(await broker.SqlAsync("SELECT current_database()::text"))!, "paks_away");
        await broker.SqlAsync($"ALTER TABLE paks RENAME TO {away}");
        await broker.SqlAsync("CREATE FUNCTION away() RETURNS SETOF paks_away LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION USING ERRCODE = '57P01'; END $$");
        await broker.SqlAsync("CREATE VIEW paks AS SELECT * FROM away()");
        var unknown = Pak.Create(PakRole.Admin).Reveal();
        try
        {
            (await broker.RestAsync(HttpMethod.Get, "/api/v1/stacks", unknown)).Status.Should().Be(503, name);
            var call = async () => await new Wire.StackService.StackServiceClient(broker.Grpc).ListStacksAsync(new(), BrokerFixture.As(unknown));
            (await call.Should().ThrowAsync<RpcException>()).Which.StatusCode.Should().Be(StatusCode.Unavailable);
        }
        finally
        {
            await broker.SqlAsync("DROP VIEW paks");
            await broker.SqlAsync("DROP FUNCTION away()");
            await broker.SqlAsync($"ALTER TABLE {away} RENAME TO paks");
        }
    }

    [Fact]
    public async Task A_broker_whose_connections_are_all_ended_answers_again_at_once()
    {
        await broker.RestAsync(HttpMethod.Get, "/api/v1/stacks", broker.AdminPak);
        await using (var connection = new Npgsql.NpgsqlConnection(broker.Options.Database.ConnectionString + ";Pooling=false"))
        {
            await connection.OpenAsync();
            await using var end = new Npgsql.NpgsqlCommand(
                "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", connection);
            await end.ExecuteScalarAsync();
        }

        var began = TimeProvider.System.GetTimestamp();
        await Eventually.IsAsync("the broker answers", async () =>
        {
            var (status, body) = await broker.RestAsync(HttpMethod.Get, "/api/v1/stacks", broker.AdminPak);
            status.Should().BeOneOf([200, 503], body.ToJsonString());
            return status == 200;
        });

        TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(TimeSpan.FromSeconds(10));
    }

    /// <summary>Lets the next statements of a kind fail after their work; a sequence counts, since it is not rolled back.</summary>
    private async Task FailAsync(string table, string statement, string code, int times)
    {
        var name = $"fail_{code}";
        await broker.SqlAsync($"CREATE SEQUENCE {name}");
        await broker.SqlAsync($"""
            CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF nextval('{name}') <= {times} THEN RAISE EXCEPTION 'as asked' USING ERRCODE = '{code}'; END IF;
                RETURN NEW;
            END $$
            """);
        await broker.SqlAsync($"CREATE TRIGGER {name} AFTER {statement} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()");
    }
}
