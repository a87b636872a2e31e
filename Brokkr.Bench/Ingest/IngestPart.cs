using System.Globalization;
using Brokkr.Bench.Results;
using Brokkr.Bench.Run;
using Brokkr.Bench.Stage;
using Npgsql;

namespace Brokkr.Bench.Ingest;

/// <summary>How many changed deployment objects a broker takes, beside what the database alone takes by the same statement.</summary>
internal static class IngestPart
{
    private const int Objects = 50;
    private const int Clients = 16;
    private const int AgentsPerClient = 8;

    /// <summary>Both in turn, so that whatever the machine does besides befalls both.</summary>
    private const int Rounds = 2;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);

    public static int Steps(BenchRun run) => (run.Factors.Count * ((2 * Rounds) + 1)) + (run.Arguments.Growth ? 1 : 0);

    public static async Task RunAsync(BenchRun run, CancellationToken ct)
    {
        var table = run.Table("ingest", string
            .Create(CultureInfo.InvariantCulture, $"Reports of {Objects} changed deployment objects, {Clients} at a time"));
        foreach (var factor in run.Factors)
            await MeasureAsync(run, table, Clients * run.Scaled(AgentsPerClient * factor), ct);
        if (run.Arguments.Growth)
            await BloatPart.RunAsync(run, ct);
    }

    private static async Task MeasureAsync(BenchRun run, FigureTable table, int agents, CancellationToken ct)
    {
        run.Screen.Step($"{agents} agents and their reports");
        var directory = run.NewDirectory();
        var connectionString = await run.Database.CreateAsync(ct);
        await using var broker = await BrokerProcess.StartAsync(directory, connectionString, ct);
        await using var database = NpgsqlDataSource.Create(connectionString);
        var fleet =
            new IngestFleet(database, await new FleetSeed(database).PlantAsync(agents, stacks: agents, Objects, reported: false, ct));
        await fleet.PrepareAsync(ct);

        var load = new IngestLoad(broker, fleet, Clients);
        var pgbench = new Pgbench(connectionString, directory, Clients, agents);
        var throughBroker = new Outcome();
        var byPgbench = new Outcome();
        for (var round = 1; round <= Rounds; round++)
        {
            run.Screen.Step($"the broker, round {round} of {Rounds}");
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var running = load.RunAsync(await fleet.StartSessionsAsync(ct), stop.Token);
            await run.PauseAsync(WarmUp, ct);
            load.Forget();
            var (use, took) = await CoreUse.MeasureAsync(broker, run.Database, () => Task.Delay(run.Duration, TimeProvider.System, ct));
            throughBroker.Add(load.Rows / took.TotalSeconds, load.Calls, use);
            await stop.CancelAsync();
            await running;
            throughBroker.Errors += load.Errors;

            run.Screen.Step($"pgbench, round {round} of {Rounds}");
            await fleet.StartSessionsAsync(ct);
            var (perSecond, calls) = (0.0, new Latencies());
            (use, _) = await CoreUse.MeasureAsync(broker, run.Database, async () =>
                (perSecond, calls) = await pgbench.RunAsync(run.Duration, ct));
            byPgbench.Add(perSecond * Objects, calls, use);
        }

        var suffix = run.Arguments.Growth ? string.Create(CultureInfo.InvariantCulture, $", {agents:#,0} agents") : "";
        Show(table, $"broker{suffix}", throughBroker, isBroker: true);
        Show(table, $"pgbench{suffix}", byPgbench, isBroker: false);
        table.Add($"broker{suffix}", "rows/s, share of pgbench's", "", throughBroker.RowsPerSecond / byPgbench.RowsPerSecond,
            new(0.8, AtLeast: true));
        table.Add($"broker{suffix}", "processor of PostgreSQL for a row, pgbench's by ours", "",
            byPgbench.DatabasePerRow / throughBroker.DatabasePerRow, new(1, AtLeast: true));
    }

    private static void Show(FigureTable table, string column, Outcome outcome, bool isBroker)
    {
        table.Add(column, "rows", "1/s", outcome.RowsPerSecond);
        outcome.Calls.AddTo(table, column, "report", isBroker ? new(100) : null);
        if (isBroker)
            table.Add(column, "errors", "", outcome.Errors, new(0));
        table.Add(column, "processor, broker", "cores", outcome.Average(u => u.Broker));
        table.Add(column, "processor, PostgreSQL", "cores", outcome.Average(u => u.Database));
        if (isBroker)
            table.Add(column, "processor, load generator", "cores", outcome.Average(u => u.Load));
    }

    /// <summary>What the rounds gave.</summary>
    private sealed class Outcome
    {
        private readonly List<double> _rates = [];
        private readonly List<CoreUse> _uses = [];

        public Latencies Calls { get; } = new();

        public int Errors { get; set; }

        public double RowsPerSecond => _rates.Average();

        public double DatabasePerRow => Average(u => u.Database) / RowsPerSecond;

        public double Average(Func<CoreUse, double> of) => _uses.Average(of);

        public void Add(double rowsPerSecond, Latencies calls, CoreUse use)
        {
            _rates.Add(rowsPerSecond);
            Calls.Add(calls);
            _uses.Add(use);
        }
    }
}
