using System.Diagnostics;
using System.Text.RegularExpressions;
using Brokkr.Tests.Broker;
using Npgsql;

namespace Brokkr.Tests.Documentation;

/// <summary>The lines about backing up, as they stand in docs/operations.md.</summary>
public sealed partial class BackupTests
{
    [Fact]
    public async Task A_restored_dump_is_what_was_there_for_brokers_and_keys()
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });
        var stack = await broker.GivenStackAsync();
        var objectId = await broker.GivenObjectAsync(stack);
        var agent = await broker.GivenAgentAsync(stack);
        (await broker.ReportAsync(agent, objectId, "failing")).Status.Should().Be(200);
        var empty = await PostgresServer.CreateDatabaseAsync();

        await CopyAsync(broker.Options.Database.ConnectionString, empty);

        await using var restored = await BrokerFixture.StartAsync(o => o.Database.ConnectionString = empty);
        var (status, health) = await restored.RestAsync(HttpMethod.Get, $"/api/v1/stacks/{stack}/health", broker.AdminPak);
        status.Should().Be(200, "keys are known");
        ((string?)health["overall_status"]).Should().Be("failing");
        (await restored.ReportAsync(agent, objectId, "healthy", "2026-01-15T11:30:00Z")).Status.Should().Be(200, "agents go on");
        (await restored.RestAsync(HttpMethod.Get, $"/api/v1/stacks/{stack}/health", broker.AdminPak)).Body["overall_status"]!.GetValue<string>().Should()
            .Be("healthy");
    }

    /// <summary>Backs a database up and puts it into an empty one.</summary>
    internal static async Task CopyAsync(string from, string empty)
    {
        var script = Block().Match(await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "docs", "operations.md"))).Groups[1].Value;
        script.Should().Contain("pg_dump").And.Contain("pg_restore");
        var directory = Directory.CreateTempSubdirectory("brokkr-backup-");
        try
        {
            await RunAsync(directory.FullName, script, ("DATABASE", ForTools(from)), ("EMPTY", ForTools(empty)));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static string ForTools(string connectionString)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        return $"host='{given.Host}' port={given.Port} dbname={given.Database} user={given.Username} password='{given.Password}'";
    }

    private static async Task RunAsync(string directory, string script, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("bash", ["-euc", script]) { WorkingDirectory = directory, RedirectStandardError = true };
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
