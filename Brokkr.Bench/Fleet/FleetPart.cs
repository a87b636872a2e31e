using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Brokkr.Bench.Results;
using Brokkr.Bench.Run;
using Brokkr.Bench.Stage;
using Npgsql;

namespace Brokkr.Bench.Fleet;

/// <summary>What a large, mostly quiet fleet costs a broker.</summary>
internal static class FleetPart
{
    private const int Agents = 5000;
    private const int Objects = 100;
    private const int Stacks = 50;

    /// <summary>Smaller fleets are only a quick look, and report more often.</summary>
    private const int SmallestAtFullPace = 300;

    /// <summary>Three minutes at the usual duration: each agent reports three times.</summary>
    private const int Durations = 6;

    private static readonly TimeSpan FullInterval = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static int Steps(BenchRun run) => 3 * run.Factors.Count;

    public static async Task RunAsync(BenchRun run, CancellationToken ct)
    {
        var table = run.Table("fleet", $"Agents with {Objects} deployment objects each, 1 % of which change in a minute");
        // Sixteen times this fleet would need sixteen of these machines: growth is measured up to its size.
        foreach (var factor in run.Factors)
            await MeasureAsync(run, table, run.Scaled(run.Arguments.Growth ? Agents * factor / run.Factors.Max() : Agents), ct);
    }

    private static async Task MeasureAsync(BenchRun run, FigureTable table, int agents, CancellationToken ct)
    {
        var column = string.Create(CultureInfo.InvariantCulture, $"{agents:#,0} agents");
        run.Screen.Step($"{column}: a broker and its fleet");
        var directory = run.NewDirectory();
        var connectionString = await run.Database.CreateAsync(ct);
        await using var broker = await BrokerProcess.StartAsync(directory, connectionString, ct);
        await using var database = NpgsqlDataSource.Create(connectionString);
        var seed = new FleetSeed(database);
        var stacks = Math.Min(Stacks, agents);
        var seeded = await seed.PlantAsync(agents, stacks, Objects, reported: false, ct);
        var objects = new List<IReadOnlyList<Guid>>();
        foreach (var agent in seeded.Take(stacks))
            objects.Add(await seed.ObjectsOfAsync(agent.Id, ct));

        run.Screen.Step($"{column}: the first report of each");
        var interval = FullInterval * Math.Clamp(agents / (double)SmallestAtFullPace, 1.0 / 60, 1);
        using var fleet = new SimulatedFleet(broker, seeded, interval);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = fleet.RunAsync(objects, stop.Token);
        for (var began = TimeProvider.System.GetTimestamp(); fleet.FirstReports < agents;)
        {
            broker.RequireRunning();
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
                throw new BenchException($"Only {fleet.FirstReports} of {agents} agents have reported after {Patience.TotalMinutes} "
                    + $"minutes; {fleet.Errors} calls failed.");
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, ct);
        }

        // A poll that ends from then on began after the first reports.
        await Task.Delay(TimeSpan.FromSeconds(SimulatedFleet.WaitSeconds + 5) * (interval / FullInterval), TimeProvider.System, ct);
        fleet.Forget();
        run.Screen.Step($"{column}: reports and polls");
        var (use, took) =
            await CoreUse.MeasureAsync(broker, run.Database, () => Task.Delay(run.Duration * Durations, TimeProvider.System, ct));
        var memory = broker.Use();
        var stale = await CountStaleAsync(broker, directory, ct);
        await stop.CancelAsync();
        await running;

        var isWhole = agents == Agents;
        table.Add(column, "reports", "1/s", fleet.Reports.Count / took.TotalSeconds);
        fleet.Reports.AddTo(table, column, "report", isWhole ? new(50) : null);
        table.Add(column, "polls", "1/s", fleet.Polls.Count / took.TotalSeconds);
        fleet.Polls.AddTo(table, column, $"poll, beyond the {SimulatedFleet.WaitSeconds} s it is held", isWhole ? new(10) : null);
        table.Add(column, "errors", "", fleet.Errors, new(0));
        table.Add(column, "stale objects at the end", "", stale, new(0));
        table.Add(column, "processor, broker", "cores", use.Broker, isWhole ? new(0.3) : null);
        table.Add(column, "processor, PostgreSQL", "cores", use.Database);
        table.Add(column, "processor, load generator", "cores", use.Load);
        table.Add(column, "memory of the broker", "MiB", memory.ResidentMiB, isWhole ? new(250) : null);
        table.Add(column, "of which is not program files", "MiB", memory.OwnMiB);
        table.Add(column, "memory of the broker at its peak", "MiB", memory.PeakMiB);
    }

    /// <summary>As an operator would see it.</summary>
    private static async Task<int> CountStaleAsync(BrokerProcess broker, string directory, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = broker.Http };
        http.DefaultRequestHeaders.Authorization =
            new("Bearer", (await File.ReadAllTextAsync(Path.Combine(directory, "admin.pak"), ct)).Trim());
        var page = await http.GetFromJsonAsync<JsonNode>("/api/v1/health?condition=Stale&page_size=1", ct);
        return page!["counts"]!["unknown"]!.GetValue<int>();
    }
}
