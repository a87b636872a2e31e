using System.Globalization;
using Brokkr.Bench.Results;
using Brokkr.Bench.Run;
using Brokkr.Bench.Stage;
using Npgsql;

namespace Brokkr.Bench.Agent;

/// <summary>What an agent costs its cluster: memory, processor, requests to the API server; and how fast it reports.</summary>
internal static class AgentPart
{
    private const int TargetPods = 5000;

    /// <summary>The smallest cluster where it is shown how figures grow.</summary>
    private const int GrowthPods = 1000;

    /// <summary>How much memory the published agent may take in a cluster of so many pods, in MiB.</summary>
    private static readonly SortedDictionary<int, double> MostMiB = new() { [30] = 40, [TargetPods] = 48, [10_000] = 64 };

    /// <summary>How much more it may take for a moment.</summary>
    private const double MostAtPeak = 1.3;

    /// <summary>After the first report: what was only needed for the list is given back by then.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(25);

    public static int Steps(BenchRun run) => Cases(run).Count * 5;

    public static async Task RunAsync(BenchRun run, CancellationToken ct)
    {
        var table = run.Table("agent", "The agent in clusters of several sizes, ten pods to a deployment object");
        foreach (var (pods, binary) in Cases(run))
            await MeasureAsync(run, table, run.Arguments.Pods
                ?? Math.Max(ClusterRecording.PodsPerDeployment, run.Scaled(pods)), binary, ct);
    }

    private static List<(int Pods, string Binary)> Cases(BenchRun run)
    {
        IReadOnlyList<int> sizes = run.Arguments switch
        {
            { Pods: { } one } => [one],
            { Growth: true } => [.. run.Factors.Select(f => GrowthPods * f)],
            _ => [.. MostMiB.Keys],
        };
        IReadOnlyList<string> binaries = run.Arguments.AgentBinaries.Count > 0 ? run.Arguments.AgentBinaries : [Programs.Agent];
        return [.. binaries.SelectMany(b => sizes.Select(s => (s, b)))];
    }

    /// <summary>How a binary is told from the others of the run.</summary>
    private static string Kind(BenchRun run, string binary)
    {
        var alike = run.Arguments.AgentBinaries.Count(b => IsPublished(b) == IsPublished(binary));
        return (IsPublished(binary) ? ", published" : ", JIT")
            + (alike > 1 ? $" in {Path.GetFileName(Path.GetDirectoryName(binary))}" : "");
    }

    private static bool IsPublished(string binary) => !binary.EndsWith(".dll", StringComparison.Ordinal);

    private static async Task MeasureAsync(BenchRun run, FigureTable table, int pods, string binary, CancellationToken ct)
    {
        var column = string.Create(CultureInfo.InvariantCulture, $"{pods:#,0} pods{Kind(run, binary)}");
        var deployments = pods / ClusterRecording.PodsPerDeployment;
        Target? At5000(double limit) => pods == TargetPods ? new(limit) : null;
        Target? Memory(double factor) => IsPublished(binary) && MostMiB.TryGetValue(pods, out var most) ? new(most * factor) : null;

        run.Screen.Step($"{column}: a cluster and a broker");
        var directory = run.NewDirectory();
        var recording = new ClusterRecording();
        recording.Write(Path.Combine(directory, "recorded"), deployments);
        await using var cluster = await ClusterProcess.StartAsync(directory, Path.Combine(directory, "recorded"), ct);
        var connectionString = await run.Database.CreateAsync(ct);
        await using var broker = await BrokerProcess.StartAsync(directory, connectionString, ct);
        await using var database = NpgsqlDataSource.Create(connectionString);
        var seed = new FleetSeed(database);
        var seeded = (await seed.PlantAsync(agents: 1, stacks: 1, deployments, reported: false, ct))[0];
        var objects = await seed.ObjectsOfAsync(seeded.Id, ct);

        run.Screen.Step($"{column}: the first report");
        var began = TimeProvider.System.GetTimestamp();
        await using var agent = AgentProcess.Start(binary, directory, seeded, broker.Grpc, cluster.Kubeconfig);
        await agent.WaitForReportsAsync(database, ct);
        table.Add(column, "start to first report of everything", "s", TimeProvider.System.GetElapsedTime(began).TotalSeconds);
        await run.PauseAsync(Settling, ct);
        table.Add(column, "memory after the list", "MiB", agent.Use().ResidentMiB, Memory(1));

        run.Screen.Step($"{column}: nothing changes");
        var quiet = await SteadyAsync(run, cluster, agent, () => Task.Delay(run.Duration, TimeProvider.System, ct), ct);
        table.Add(column, "processor, nothing changes", "cores", quiet.Cores, At5000(0.05));
        table.Add(column, "API requests, nothing changes", "1/min", quiet.PerMinute, At5000(12));

        run.Screen.Step($"{column}: 5 pods change per second");
        var changes = new PodChanges(cluster, recording, database, objects);
        var busy = await SteadyAsync(run, cluster, agent, () => changes.RunAsync(run.Duration, ct), ct);
        table.Add(column, "processor, 5 changes/s", "cores", busy.Cores, At5000(0.05));
        table.Add(column, "API requests, 5 changes/s", "1/min", busy.PerMinute, At5000(12));
        table.Add(column, "memory, 5 changes/s", "MiB", agent.Use().ResidentMiB);
        table.Add(column, "change to report at the broker, p50", "s", changes.Reported.At(50) / 1000);
        table.Add(column, "change to report at the broker, p95", "s", changes.Reported.At(95) / 1000);
        table.Add(column, "changes without a report", "", changes.Lost, new(0));

        run.Screen.Step($"{column}: {EventStorm.PerMinute:#,0} events a minute");
        var storm = new EventStorm(cluster, recording, deployments);
        var stormy = await SteadyAsync(run, cluster, agent, () => storm.RunAsync(run.Duration, ct), ct);
        table.Add(column, "processor, 5,000 events/min", "cores", stormy.Cores);
        table.Add(column, "memory, 5,000 events/min", "MiB", agent.Use().ResidentMiB);
        table.Add(column, "memory at its peak", "MiB", agent.Use().PeakMiB, Memory(MostAtPeak));
        agent.RequireRunning();
        broker.RequireRunning();
    }

    private static async Task<(double Cores, double PerMinute)> SteadyAsync(BenchRun run, ClusterProcess cluster, AgentProcess agent,
        Func<Task> meanwhile, CancellationToken ct)
    {
        var (began, requests, use) = (TimeProvider.System.GetTimestamp(), await cluster.ReadsAsync(ct), agent.Use());
        await meanwhile();
        var passed = TimeProvider.System.GetElapsedTime(began);
        return (agent.Use().CoresSince(use, passed), (await cluster.ReadsAsync(ct) - requests) / passed.TotalMinutes);
    }
}
