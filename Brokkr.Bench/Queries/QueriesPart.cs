using System.Globalization;
using Brokkr.Bench.Results;
using Brokkr.Bench.Run;
using Brokkr.Bench.Stage;
using Brokkr.Broker.Health;
using Brokkr.Broker.Rest;
using Npgsql;

namespace Brokkr.Bench.Queries;

/// <summary>How long operators wait for health, over REST and at the server.</summary>
internal static class QueriesPart
{
    private const int ObjectsPerStack = 1000;

    /// <summary>A page's limit in a fleet of the first and of the second size, and that of the counts.</summary>
    private static readonly (int Rows, double PageLimit)[] Fleets = [(100_000, 50), (500_000, 10)];

    private const double CountsLimit = 30;

    /// <summary>Of the calls for one query in a fleet of full size: what is compiled or prepared once does not count.</summary>
    private const int WarmUps = 20;

    private const int FewestCalls = 100;

    /// <summary>In the smallest fleet, which is only a quick look.</summary>
    private const int FewestOfAll = 5;

    private static readonly TimeSpan LongestQuery = TimeSpan.FromSeconds(5);

    public static int Steps(BenchRun run) => Sizes(run).Count * 20;

    public static async Task RunAsync(BenchRun run, CancellationToken ct)
    {
        var table = run.Table("queries", "Reading health, one call after another");
        foreach (var (rows, limit) in Sizes(run))
            await MeasureAsync(run, table, Math.Max(1, run.Scaled(rows / ObjectsPerStack)), limit, ct);
    }

    private static List<(int Rows, double PageLimit)> Sizes(BenchRun run) =>
        run.Arguments.Growth ? [.. run.Factors.Select(f => (Fleets[0].Rows / 4 * f, Fleets[0].PageLimit))] : [.. Fleets];

    private static async Task MeasureAsync(BenchRun run, FigureTable table, int stacks, double limit, CancellationToken ct)
    {
        var objects = run.Scaled(ObjectsPerStack);
        var size = string.Create(CultureInfo.InvariantCulture, $"{stacks * objects:#,0}");
        run.Screen.Step($"{size} rows of health");
        var directory = run.NewDirectory();
        var connectionString = await run.Database.CreateAsync(ct);
        await using var broker = await BrokerProcess.StartAsync(directory, connectionString, ct,
            ("LIMITS__PAK_REQUESTS_PER_SECOND", "1000000"), ("LIMITS__PAK_BURST", "1000000"));
        await using var database = NpgsqlDataSource.Create(connectionString);
        var seed = new FleetSeed(database);
        var agents = await seed.PlantAsync(stacks, stacks, objects, reported: true, ct);
        var middle = agents[stacks / 2].Id;
        var stack = (await seed.ListAsync($"SELECT stack_id FROM agent_targets WHERE agent_id = '{middle}'", ct))[0];
        var deep = await DeepTokenAsync(database, stacks * objects * 9 / 10, ct);

        (string Name, string Path, double? Limit)[] queries =
        [
            ("stack of 1,000 objects", $"stacks/{stack}/health", null),
            ("agent, first page of 50", $"agents/{middle}/health?page_size=50", limit),
            ("fleet, counts alone", "health?page_size=1", CountsLimit),
            ("fleet, first page of 50", "health?page_size=50", limit),
            ("fleet, page of 50 behind nine tenths", $"health?page_size=50&page_token={Uri.EscapeDataString(deep)}", limit),
            ("status=failing", "health?page_size=50&status=failing", limit),
            ("status=degraded, behind nine tenths", $"health?page_size=50&status=degraded&page_token={Uri.EscapeDataString(deep)}", limit),
            ("status=healthy", "health?page_size=50&status=healthy", limit),
            ("status=unknown", "health?page_size=50&status=unknown", limit),
            ("condition=CrashLoopBackOff", "health?page_size=50&condition=CrashLoopBackOff", limit),
            ("condition=Stale", "health?page_size=50&condition=Stale", limit),
            ("condition=AwaitingReport", "health?page_size=50&condition=AwaitingReport", limit),
            ("condition that nobody has", "health?page_size=50&condition=NobodyHasIt", limit),
            ("stack_id", $"health?page_size=50&stack_id={stack}", limit),
            ("agent_id", $"health?page_size=50&agent_id={middle}", limit),
            ("text of an object's name", "health?page_size=50&text=PP-77", limit),
            ("text of an agent's name", $"health?page_size=50&text=gent-{stacks / 2}", limit),
            ("text that nothing has", "health?page_size=50&text=nowhere", limit),
            ("text and status=failing", "health?page_size=50&text=app-7&status=failing", limit),
        ];
        using var http = new HttpClient { BaseAddress = new(broker.Http, "/api/v1/") };
        http.DefaultRequestHeaders.Authorization =
            new("Bearer", (await File.ReadAllTextAsync(Path.Combine(directory, "admin.pak"), ct)).Trim());
        using var management = new HttpClient { BaseAddress = broker.Management };
        foreach (var (name, path, target) in queries)
        {
            run.Screen.Step($"{size} rows: {name}");
            var method = path.StartsWith("stacks", StringComparison.Ordinal)
                ? "GetStackHealth"
                : path.StartsWith("agents", StringComparison.Ordinal) ? "GetAgentHealth" : "ListHealth";
            await CallAsync(http, path, Math.Max(FewestOfAll, run.Scaled(WarmUps)), LongestQuery, ct);
            var before = await BrokerHistogram.ReadAsync(management, method, ct);
            var calls = await CallAsync(http, path, Math.Max(FewestOfAll, run.Scaled(FewestCalls)), run.Duration / 10, ct);
            var after = await BrokerHistogram.ReadAsync(management, method, ct);
            table.Add($"{size} rows, p50", name, "ms", calls.At(50));
            table.Add($"{size} rows, p99", name, "ms", calls.At(99), target is { } most ? new(most) : null);
            table.Add($"{size} rows, server p99", name, "ms", after.Since(before, 99));
        }

        broker.RequireRunning();
    }

    /// <summary>Calls at least so often and so long, but not much longer where every call is slow.</summary>
    private static async Task<Latencies> CallAsync(HttpClient http, string path, int fewest, TimeSpan duration, CancellationToken ct)
    {
        var calls = new Latencies();
        for (var began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began) is var passed
            && (passed < duration || (calls.Count < fewest && passed < LongestQuery));)
        {
            var call = TimeProvider.System.GetTimestamp();
            using var answer = await http.GetAsync(path, ct);
            await answer.Content.ReadAsByteArrayAsync(ct);
            calls.Add(TimeProvider.System.GetElapsedTime(call));
            if (!answer.IsSuccessStatusCode)
                throw new BenchException($"The broker answered {(int)answer.StatusCode} to {path}.");
            if (duration == LongestQuery && calls.Count >= fewest)
                break;
        }

        return calls;
    }

    private static async Task<string> DeepTokenAsync(NpgsqlDataSource database, int behind, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"SELECT name, deployment_object_id, agent_id FROM placements ORDER BY name, deployment_object_id, agent_id OFFSET {behind} "
            + "LIMIT 1");
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return Page.TokenOf(new VerdictKey(reader.GetString(0), reader.GetGuid(1), reader.GetGuid(2)));
    }
}
