using Brokkr.Broker.Fleet;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Fleet;

/// <summary>The names by which lists are searched, when nothing bears them any more.</summary>
public sealed class NameSweepTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task Names_that_nothing_bears_are_forgotten_and_others_are_not()
    {
        var stack = await broker.GivenStackAsync();
        var gone = await broker.GivenObjectAsync(stack, "gone");
        await broker.GivenObjectAsync(stack, "stays");
        (await broker.RestAsync(HttpMethod.Delete, $"/api/v1/deployment-objects/{gone}", broker.AdminPak)).Status.Should().Be(200);

        (await SweepAsync()).Should().BeGreaterThanOrEqualTo(1);

        (await IsKnownAsync("gone")).Should().BeFalse();
        (await IsKnownAsync("stays")).Should().BeTrue();
    }

    [Fact]
    public async Task Every_name_is_looked_at_in_batches_of_any_size()
    {
        var stack = await broker.GivenStackAsync();
        foreach (var name in (string[])["batch-a", "batch-b", "batch-c", "batch-d", "batch-e"])
            await broker.GivenObjectAsync(stack, name);
        await broker.SqlAsync($"DELETE FROM deployment_objects WHERE stack_id = '{stack}' AND name IN ('batch-b', 'batch-c', 'batch-e')");

        (await SweepAsync(batch: 2)).Should().BeGreaterThanOrEqualTo(3);

        (await broker.SqlAsync("SELECT string_agg(name, ' ' ORDER BY name) FROM deployment_object_names WHERE name LIKE 'batch-%'"))
            .Should().Be("batch-a batch-d");
    }

    [Fact]
    public async Task A_name_that_somebody_takes_at_this_moment_stays()
    {
        var stack = await broker.GivenStackAsync();
        var former = await broker.GivenObjectAsync(stack, "taken");
        (await broker.RestAsync(HttpMethod.Delete, $"/api/v1/deployment-objects/{former}", broker.AdminPak)).Status.Should().Be(200);
        await using var connection = await broker.Database.OpenConnectionAsync();
        await using var submission = await connection.BeginTransactionAsync();
        await using (var submit = new Npgsql.NpgsqlCommand(
            $"INSERT INTO deployment_objects (stack_id, name, revision, yaml) VALUES ('{stack}', 'taken', 1, ''); INSERT INTO deployment_object_names VALUES "
            + "('taken') ON CONFLICT DO NOTHING", connection))
        {
            await submit.ExecuteNonQueryAsync();
        }

        var sweep = SweepAsync();
        await Task.Delay(300);
        sweep.IsCompleted.Should().BeFalse("it waits for the submission");
        await submission.CommitAsync();

        await sweep;
        (await IsKnownAsync("taken")).Should().BeTrue();
    }

    private Task<int> SweepAsync(int batch = 5000) =>
        broker.Services.GetRequiredService<DeploymentObjectStore>().SweepNamesAsync(CancellationToken.None, batch);

    private async Task<bool> IsKnownAsync(string name) =>
        await broker.SqlAsync($"SELECT EXISTS (SELECT FROM deployment_object_names WHERE name = '{name}')") is true;
}
