using System.Globalization;
using Brokkr.Bench.Run;
using Brokkr.Bench.Stage;
using Npgsql;

namespace Brokkr.Bench.Ingest;

/// <summary>What an hour of reports leaves behind in the tables and indexes they write to.</summary>
internal static class BloatPart
{
    private const int Agents = 512;
    private const int Objects = 50;
    private const int Clients = 16;

    /// <summary>An hour of reports a minute apart, of which each changes everything; sent as fast as the broker takes them.</summary>
    private const int Reports = 60;

    /// <summary>Until the server's statistics say what was done.</summary>
    private static readonly TimeSpan StatisticsDelay = TimeSpan.FromSeconds(2);

    private static readonly string[] Tables = ["placements", "deployment_health", "agent_sessions", "agent_tallies", "agents"];

    public static async Task RunAsync(BenchRun run, CancellationToken ct)
    {
        run.Screen.Step("an hour of reports");
        var agents = Clients * run.Scaled(Agents / Clients);
        var table = run.Table("ingest", string
            .Create(CultureInfo.InvariantCulture,
            $"After an hour in which each of {agents * Objects:#,0} deployment objects changed every minute"));
        var directory = run.NewDirectory();
        var connectionString = await run.Database.CreateAsync(ct);
        await using var broker = await BrokerProcess.StartAsync(directory, connectionString, ct);
        await using var database = NpgsqlDataSource.Create(connectionString);
        var fleet =
            new IngestFleet(database, await new FleetSeed(database).PlantAsync(agents, stacks: agents, Objects, reported: false, ct));
        await fleet.PrepareAsync(ct);
        var load = new IngestLoad(broker, fleet, Clients);
        var epochs = await fleet.StartSessionsAsync(ct);
        await load.RunAsync(epochs, ct, reports: 2);
        await Task.Delay(StatisticsDelay, TimeProvider.System, ct);
        var before = await ReadAsync(database, ct);
        load.Forget();
        await load.RunAsync(epochs, ct, from: 2, reports: Reports);
        await Task.Delay(StatisticsDelay, TimeProvider.System, ct);
        var after = await ReadAsync(database, ct);
        foreach (var (name, was, state) in Tables.Select(t => (t, before[t], after[t])))
        {
            var updates = state.Updates - was.Updates;
            table.Add(name, "rows", "", state.Rows);
            table.Add(name, "updates", "", updates);
            table.Add(name, "share of them that no index noticed (HOT)", "", updates == 0
                ? 1
                : (state.HotUpdates - was.HotUpdates) / (double)updates);
            table.Add(name, "dead rows at the end", "", state.Dead);
            table.Add(name, "table before", "MiB", was.TableMiB);
            table.Add(name, "table after", "MiB", state.TableMiB);
            table.Add(name, "indexes before", "MiB", was.IndexMiB);
            table.Add(name, "indexes after", "MiB", state.IndexMiB);
        }

        table.Add(Tables[0], "errors", "", load.Errors, new(0));
    }

    private static async Task<Dictionary<string, TableState>> ReadAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            SELECT relname::text, n_live_tup, n_tup_upd, n_tup_hot_upd, n_dead_tup, pg_table_size(relid) / 1048576.0::float8,
              pg_indexes_size(relid) / 1048576.0::float8
              FROM pg_stat_user_tables
            """);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var states = new Dictionary<string, TableState>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct))
            states[reader.GetString(0)] = new(reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4),
                reader.GetDouble(5), reader.GetDouble(6));
        return states;
    }

    private sealed record TableState(long Rows, long Updates, long HotUpdates, long Dead, double TableMiB, double IndexMiB);
}
