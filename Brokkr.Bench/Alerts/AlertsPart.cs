using System.Globalization;
using Brokkr.Bench.Results;
using Brokkr.Bench.Run;
using Brokkr.Bench.Stage;
using Brokkr.Broker.Alerts.Evaluation;
using Brokkr.Broker.Alerts.Messages;
using Brokkr.Broker.Alerts.Rules;
using Brokkr.Broker.Alerts.Silences;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Storage;
using Npgsql;

namespace Brokkr.Bench.Alerts;

/// <summary>How long a look for alerts takes in a large fleet, and what many looks leave behind.</summary>
internal static class AlertsPart
{
    private const int Stacks = 500, ObjectsPerStack = 1000, Rules = 50;

    /// <summary>So many looks as half an hour has, and so many objects that change between two of them.</summary>
    private const int Passes = 720, Changes = 20;

    /// <summary>In seconds: nothing goes stale meanwhile, since nobody reports.</summary>
    private const int StaleAfter = 86_400;

    private const double PassLimit = 500, GrowthLimit = 1.2;

    public static int Steps(BenchRun run) => 5;

    public static async Task RunAsync(BenchRun run, CancellationToken ct)
    {
        await LookAsync(run, ct);
        await TellingPart.RunAsync(run, ct);
    }

    private static async Task LookAsync(BenchRun run, CancellationToken ct)
    {
        var (stacks, objects) = (Math.Max(2, run.Scaled(Stacks)), Math.Max(10, run.Scaled(ObjectsPerStack)));
        var column = string.Create(CultureInfo.InvariantCulture, $"{stacks * objects:#,0} objects on agents, {Rules} rules");
        run.Screen.Step(column);
        var table = run.Table("alerts", "Looking for alerts");
        var connectionString = await run.Database.CreateAsync(ct);
        // It makes the tables.
        await (await BrokerProcess.StartAsync(run.NewDirectory(), connectionString, ct, ("ALERTS__ENABLED", "false"))).DisposeAsync();
        await using var database = NpgsqlDataSource.Create(connectionString);
        var seed = new FleetSeed(database);
        await seed.PlantAsync(stacks, stacks, objects, reported: true, ct);
        await PrepareAsync(database, await seed.ListAsync($"SELECT id FROM stacks ORDER BY name LIMIT {Rules - 1}", ct), ct);
        BrokerDb OpenDb() => new(BrokerDb.OptionsFor(database));
        var watch = new WatchStore(
            OpenDb, new AlertSilenceStore(OpenDb), new TellingStore(new ConsoleLinks("")), new Staleness(StaleAfter));

        run.Screen.Step("the first look");
        table.Add(column, "first look, which opens all alerts", "ms", (await PassAsync(watch, ct)).TotalMilliseconds);
        table.Add(column, "alerts that it opened", "", await database.NumberAsync("SELECT COUNT(*) FROM alerts", ct));
        await database.ExecuteAsync("VACUUM ANALYZE", ct);
        var before = await IndexesAsync(database, ct);

        run.Screen.Step("more looks");
        var passes = new Latencies();
        for (var i = 0; i < Math.Max(4, run.Scaled(Passes)); i++)
        {
            await ChangeAsync(database, i % 2 == 0 ? "failing" : "healthy", ct);
            passes.Add(await PassAsync(watch, ct));
        }

        table.Add(column, "looks", "", passes.Count);
        table.Add(column, "a look, p50", "ms", passes.At(50));
        table.Add(column, "a look, p95", "ms", passes.At(95), new(PassLimit));
        table.Add(column, "indexes of alerts before", "MiB", before);
        var after = await IndexesAsync(database, ct);
        table.Add(column, "indexes of alerts after", "MiB", after);
        table.Add(column, "times as large", "", after / before, new(GrowthLimit));
    }

    /// <summary>A receiver that nothing is sent to, and a rule for each stack beside the one for everything.</summary>
    private static Task PrepareAsync(NpgsqlDataSource database, List<Guid> stacks, CancellationToken ct) => database.ExecuteAsync(
        """
        UPDATE placements SET since = NOW() - INTERVAL '1 hour';
        INSERT INTO alert_receivers (name, kind, settings, sealed) VALUES ('bench', 'webhook', '{}', '');
        INSERT INTO alert_rules (name, settings) SELECT * FROM unnest(@names, @settings::jsonb[]);
        UPDATE alert_watch SET watching_since = NOW() - INTERVAL '1 day', seen_at = NOW()
        """,
        ct,
        new("names", Enumerable.Range(0, Rules - 1).Select(i => $"rule-{i}").ToArray()),
        new("settings", Enumerable.Range(0, Rules - 1).Select(i => AlertRuleStore.SettingsOf(
            AlertRule.Of(Guid.Empty, "rule", new() { StackIds = { $"{stacks[i % stacks.Count]}" } }))).ToArray()));

    private static async Task<TimeSpan> PassAsync(WatchStore watch, CancellationToken ct)
    {
        var began = TimeProvider.System.GetTimestamp();
        if (!await watch.RunAsync(ct))
            throw new BenchException("Another broker looks for alerts.");
        return TimeProvider.System.GetElapsedTime(began);
    }

    /// <summary>Some objects fail, or are well again.</summary>
    private static Task ChangeAsync(NpgsqlDataSource database, string status, CancellationToken ct) => database.ExecuteAsync($"""
        UPDATE placements SET status = '{status}', since = NOW(), conditions = '{(status == "failing" ? "{CrashLoopBackOff}" : "{}")}'
         WHERE (agent_id, deployment_object_id) IN (
               SELECT agent_id, deployment_object_id FROM placements WHERE name = 'app-7' AND status IS NOT NULL
                ORDER BY agent_id LIMIT {Changes})
        """, ct);

    private static Task<double> IndexesAsync(NpgsqlDataSource database, CancellationToken ct) =>
        database.NumberAsync("SELECT pg_indexes_size('alerts') / 1048576.0", ct);
}
