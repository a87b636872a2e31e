using Brokkr.Bench.Agent;
using Brokkr.Bench.Results;
using Brokkr.Bench.Run;
using Brokkr.Bench.Stage;
using Npgsql;

namespace Brokkr.Bench.Queue;

/// <summary>How long a diagnostic request waits for its agent, and whether many agents share out many requests.</summary>
internal static class QueuePart
{
    private const int Requests = 1000;
    private const int Brokers = 3;
    private const int Agents = 10;
    private const int PollersPerAgent = 5;
    private const int Deployments = 10;

    /// <summary>Several brokers must fit into what a server takes by itself.</summary>
    private const int ConnectionsPerBroker = 25;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static int Steps(BenchRun run) => 2 + (2 * run.Factors.Count);

    public static async Task RunAsync(BenchRun run, CancellationToken ct)
    {
        await AskAgentAsync(run, run.Table("queue", "Diagnostic requests to a real agent, one after another"), ct);
        var table = run.Table("queue", $"{Brokers} brokers, {Agents * PollersPerAgent} pollers that compete");
        foreach (var factor in run.Factors)
            await ShareOutAsync(run, table, Math.Max(1, run.Scaled(Requests * factor) / Agents), ct);
    }

    private static async Task AskAgentAsync(BenchRun run, FigureTable table, CancellationToken ct)
    {
        run.Screen.Step("an agent, its cluster and a broker");
        var directory = run.NewDirectory();
        new ClusterRecording().Write(Path.Combine(directory, "recorded"), Deployments);
        await using var cluster = await ClusterProcess.StartAsync(directory, Path.Combine(directory, "recorded"), ct);
        var connectionString = await run.Database.CreateAsync(ct);
        await using var broker = await BrokerProcess.StartAsync(directory, connectionString, ct);
        await using var database = NpgsqlDataSource.Create(connectionString);
        var seed = new FleetSeed(database);
        var seeded = (await seed.PlantAsync(agents: 1, stacks: 1, Deployments, reported: false, ct))[0];
        var objects = await seed.ObjectsOfAsync(seeded.Id, ct);
        await using var agent = AgentProcess.Start(Programs.Agent, directory, seeded, broker.Grpc, cluster.Kubeconfig);
        await agent.WaitForReportsAsync(database, ct);

        run.Screen.Step("requests");
        using var channel = broker.Connect();
        var client = new Wire.DiagnosticsService.DiagnosticsServiceClient(channel);
        var admin = (await File.ReadAllTextAsync(Path.Combine(directory, "admin.pak"), ct)).Trim();
        for (var (began, made) = (TimeProvider.System.GetTimestamp(), 0); made == 0
            || TimeProvider.System.GetElapsedTime(began) < run.Duration; made++)
        {
            var request =
                await client.RequestDiagnosticsAsync(new() { Id = $"{objects[made % objects.Count]}" }, BrokerProcess.As(admin, ct));
            await WaitAsync(
                database, $"SELECT status IN ('completed', 'failed') FROM diagnostic_requests WHERE id = '{request.RequestId}'", ct);
            // Operators do not ask in the rhythm of the agent's loop.
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(200)), TimeProvider.System, ct);
        }

        await AddWaitsAsync(table, "one agent", database, ct);
        table.Add("one agent", "requests that did not succeed", "", await CountAsync(database, "status <> 'completed'", ct), new(0));
    }

    private static async Task ShareOutAsync(BenchRun run, FigureTable table, int objects, CancellationToken ct)
    {
        var column = $"{objects * Agents} requests";
        run.Screen.Step($"{column}: brokers and agents");
        var directory = run.NewDirectory();
        var connectionString =
            new NpgsqlConnectionStringBuilder(await run.Database.CreateAsync(ct)) { MaxPoolSize = ConnectionsPerBroker }.ConnectionString;
        (string, string)[] limits = [("LIMITS__PAK_REQUESTS_PER_SECOND", "1000000"), ("LIMITS__PAK_BURST", "1000000")];
        await using var first = await BrokerProcess.StartAsync(directory, connectionString, ct, limits);
        await using var second = await BrokerProcess.StartAsync(directory, connectionString, ct, limits);
        await using var third = await BrokerProcess.StartAsync(directory, connectionString, ct, limits);
        await using var database = NpgsqlDataSource.Create(connectionString);
        var seed = new FleetSeed(database);
        var agents = await seed.PlantAsync(Agents, stacks: 1, objects, reported: false, ct);
        var admin = (await File.ReadAllTextAsync(Path.Combine(directory, "admin.pak"), ct)).Trim();

        run.Screen.Step($"{column}: made, claimed and answered");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var crowd = new PollerCrowd([first, second, third]);
        var polling = crowd.PollAsync([.. agents.SelectMany(a => Enumerable.Repeat(a, PollersPerAgent))], stop.Token);
        var began = TimeProvider.System.GetTimestamp();
        await crowd.RequestAsync(admin, agents, await seed.ObjectsOfAsync(agents[0].Id, ct), ct);
        await WaitAsync(database, "SELECT NOT EXISTS (SELECT FROM diagnostic_requests WHERE status IN ('pending', 'claimed'))", ct);
        var took = TimeProvider.System.GetElapsedTime(began);
        await stop.CancelAsync();
        await polling;

        table.Add(column, "requests made and answered", "1/s", objects * Agents / took.TotalSeconds);
        await AddWaitsAsync(table, column, database, ct);
        table.Add(column, "handed out twice", "", crowd.HandedOutTwice, new(0));
        table.Add(column, "not answered", "", (objects * Agents) - await CountAsync(database, "status = 'completed'", ct), new(0));
        table.Add(column, "errors", "", crowd.Errors, new(0));
    }

    /// <summary>All three moments are of the database's clock.</summary>
    private static async Task AddWaitsAsync(FigureTable table, string column, NpgsqlDataSource database, CancellationToken ct)
    {
        var (claimed, answered) = (new Latencies(), new Latencies());
        await using var command = database.CreateCommand(
            "SELECT claimed_at - created_at, completed_at - created_at FROM diagnostic_requests WHERE status = 'completed'");
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            claimed.Add(reader.GetTimeSpan(0));
            answered.Add(reader.GetTimeSpan(1));
        }

        var isAgent = column == "one agent";
        table.Add(column, "requests", "", claimed.Count);
        table.Add(column, "request to claim, p50", "ms", claimed.At(50));
        table.Add(column, "request to claim, p95", "ms", claimed.At(95), isAgent ? new(300) : null);
        table.Add(column, "request to result, p50", "ms", answered.At(50));
        table.Add(column, "request to result, p95", "ms", answered.At(95));
    }

    private static async Task<long> CountAsync(NpgsqlDataSource database, string condition, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"SELECT COUNT(*) FROM diagnostic_requests WHERE {condition}");
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private static async Task WaitAsync(NpgsqlDataSource database, string question, CancellationToken ct)
    {
        await using var command = database.CreateCommand(question);
        for (var began = TimeProvider.System.GetTimestamp(); !(bool)(await command.ExecuteScalarAsync(ct))!;)
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
                throw new BenchException($"Diagnostic requests are not answered after {Patience.TotalSeconds} s.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, ct);
        }
    }
}
