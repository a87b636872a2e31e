using System.Diagnostics;
using System.Text.RegularExpressions;
using Brokkr.Tests.Broker;
using Npgsql;

namespace Brokkr.Tests.Documentation;

/// <summary>The lines about backing up, as they stand in docs/operations.md.</summary>
public sealed partial class BackupTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-backup-").FullName;

    [Fact]
    public async Task A_restored_dump_is_what_was_there_for_brokers_and_keys()
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });
        var stack = await broker.GivenStackAsync();
        var objectId = await broker.GivenObjectAsync(stack);
        var agent = await broker.GivenAgentAsync(stack);
        (await broker.ReportAsync(agent, objectId, "failing")).Status.Should().Be(200);
        var empty = await PostgresServer.CreateDatabaseAsync();

        var script = Block().Match(await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "docs", "operations.md"))).Groups[1].Value;
        script.Should().Contain("pg_dump").And.Contain("pg_restore");
        await RunAsync(script, ("DATABASE", ForTools(broker.Options.Database.ConnectionString)), ("EMPTY", ForTools(empty)));

        await using var restored = await BrokerFixture.StartAsync(o => o.Database.ConnectionString = empty);
        var (status, health) = await restored.RestAsync(HttpMethod.Get, $"/api/v1/stacks/{stack}/health", broker.AdminPak);
        status.Should().Be(200, "keys are known");
        ((string?)health["overall_status"]).Should().Be("failing");
        (await restored.ReportAsync(agent, objectId, "healthy", "2026-01-15T11:30:00Z")).Status.Should().Be(200, "agents go on");
        (await restored.RestAsync(HttpMethod.Get, $"/api/v1/stacks/{stack}/health", broker.AdminPak)).Body["overall_status"]!.GetValue<string>().Should()
            .Be("healthy");
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static string ForTools(string connectionString)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        return $"host='{given.Host}' port={given.Port} dbname={given.Database} user={given.Username} password='{given.Password}'";
    }

    private async Task RunAsync(string script, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("bash", ["-euc", script]) { WorkingDirectory = _directory, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var shell = Process.Start(start)!;
        var error = await shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync();
        shell.ExitCode.Should().Be(0, error);
    }

    [GeneratedRegex("## Backing up.*?```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
