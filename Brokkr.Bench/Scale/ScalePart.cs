using System.Globalization;
using System.Text.Json.Nodes;
using Brokkr.Bench.Results;
using Brokkr.Bench.Run;
using Brokkr.Bench.Stage;
using Npgsql;

namespace Brokkr.Bench.Scale;

/// <summary>Every read and write of the contracts in a fleet that is ten times as large as the others.</summary>
internal static class ScalePart
{
    private const int Agents = 50_000, Stacks = 500, ObjectsPerStack = 100;

    /// <summary>In milliseconds, and in seconds for what goes on after the answer.</summary>
    private const double SubmitLimit = 2000, SweepLimit = 30;

    private const int Slowest = 10;

    /// <summary>In seconds: nothing goes stale meanwhile, since nobody reports.</summary>
    private const string StaleAfter = "86400";

    private static readonly (string, string)[] Settings =
    [
        ("LIMITS__PAK_REQUESTS_PER_SECOND", "1000000"), ("LIMITS__PAK_BURST", "1000000"), ("HEALTH__STALE_AFTER_SECONDS", StaleAfter),
        // A look for alerts has a part of its own.
        ("ALERTS__ENABLED", "false"),
    ];

    public static int Steps(BenchRun run) => 90;

    public static async Task RunAsync(BenchRun run, CancellationToken ct)
    {
        var (agents, stacks) = (Math.Max(100, run.Scaled(Agents)), Math.Max(2, run.Scaled(Stacks)));
        var size = string.Create(CultureInfo.InvariantCulture, $"{agents:#,0} agents, {(agents * ObjectsPerStack):#,0} placements");
        run.Screen.Step($"{size}: seeding");
        var connectionString = await run.Database.CreateAsync(ct);
        var directory = run.NewDirectory();
        // It makes the tables, and the first admin's key.
        await (await BrokerProcess.StartAsync(directory, connectionString, ct, Settings)).DisposeAsync();
        var pak = (await File.ReadAllTextAsync(Path.Combine(directory, "admin.pak"), ct)).Trim();
        await using var database = NpgsqlDataSource.Create(connectionString);
        var began = TimeProvider.System.GetTimestamp();
        var fleet = await ScaleFleet.PlantAsync(database, agents, stacks, ObjectsPerStack, ct);
        var (calls, sizes) = (run.Table("scale", size), run.Table("scale", "On the disk"));
        calls.Add("first", "seeding, s", "", TimeProvider.System.GetElapsedTime(began).TotalSeconds);
        var measured = new List<(ScaleCall Call, double Median)>();
        await using (var broker = await BrokerProcess.StartAsync(directory, connectionString, ct, Settings))
        {
            using var crew = new ScaleCaller(run, broker, pak, calls);
            foreach (var read in ScaleReads.Of(fleet))
                measured.Add((read, await crew.MeasureAsync(read, ct)));
            foreach (var write in await WritesAsync(fleet, ct))
                await crew.MeasureAsync(write, ct);
            await MeasureWideAsync(run, database, fleet, crew, calls, ct);
            broker.RequireRunning();
        }

        foreach (var (table, rows, mebibytes) in await fleet.SizesAsync(ct))
        {
            sizes.Add("rows", table, "", rows);
            sizes.Add("MiB with indexes", table, "", mebibytes);
        }

        var slowest = measured.OrderByDescending(m => m.Median).Take(Slowest).Select(m => m.Call).ToList();
        await SlowPlans.WriteAsync(run, connectionString, pak, slowest, Settings, ct);
    }

    /// <summary>A stack that all agents run: what one act on it costs, and whether others feel it.</summary>
    private static async Task MeasureWideAsync(
        BenchRun run, NpgsqlDataSource database, ScaleFleet fleet, ScaleCaller crew, FigureTable table, CancellationToken ct)
    {
        var created = await crew.CallAsync(Once("create a stack", "stacks", new() { ["name"] = "everywhere" }), ct);
        var stack = Guid.Parse((string)created["id"]!);
        await fleet.TargetAllAsync(stack, ct);
        var objects = $"stacks/{stack}/deployment-objects";
        await crew.CallAsync(Once("everywhere: submit", objects, Manifest(1)), ct, SubmitLimit);
        var second = await crew.CallAsync(Once("everywhere: submit another revision", objects, Manifest(2)), ct, SubmitLimit);
        foreach (var read in ScaleReads.OfWide(fleet, stack, Guid.Parse((string)second["id"]!)))
            await crew.MeasureAsync(read, ct);

        // What can stand in the way of others, and what they feel of it.
        const string pending = "diagnostics/pending?wait_seconds=0";
        var poll = new ScaleCall("poll beside it", HttpMethod.Get, n => $"agents/{fleet.Agent(n).Id}/{pending}", null)
        {
            Pak = n => fleet.Agent(n).Pak,
        };
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var others = crew.GoOnAsync(poll, end.Token);
        await crew.CallAsync(new("everywhere: delete the stack", HttpMethod.Delete, _ => $"stacks/{stack}", null), ct, SubmitLimit);
        var began = TimeProvider.System.GetTimestamp();
        run.Screen.Step("everywhere: until the last row is gone");
        while (await database.NumberAsync($"SELECT COUNT(*) FROM (SELECT 1 FROM placements WHERE stack_id = '{stack}' LIMIT 1) p", ct) > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, ct);
        var gone = TimeProvider.System.GetElapsedTime(began);
        table.Add("first", "everywhere: until the last row is gone, s", "", gone.TotalSeconds, new(SweepLimit));
        await end.CancelAsync();
        var felt = await others;
        table.Add("p50", "everywhere: polls of others meanwhile", "ms", felt.At(50));
        table.Add("p99", "everywhere: polls of others meanwhile", "ms", felt.At(99), new(ScaleWrites.Limit));
    }

    private static async Task<IEnumerable<ScaleCall>> WritesAsync(ScaleFleet fleet, CancellationToken ct)
    {
        var (epochs, objects) = (new List<long>(), new List<Guid>());
        for (var n = 0; n < fleet.Times(ScaleWrites.Most); n++)
        {
            epochs.Add(await fleet.EpochAsync(n, ct));
            objects.Add(await fleet.ObjectOfAsync(n, ct));
        }

        return ScaleWrites.Of(fleet, n => epochs[n], n => objects[n]);
    }

    private static ScaleCall Once(string name, string path, JsonObject body) =>
        new(name, HttpMethod.Post, _ => path, null) { Body = _ => body.DeepClone() };

    private static JsonObject Manifest(int value) => new()
    {
        ["name"] = "edge",
        ["yaml"] = string.Create(CultureInfo.InvariantCulture,
            $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: edge, namespace: bench}}\ndata: {{value: \"{value}\"}}\n"),
    };
}
