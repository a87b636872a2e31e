using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brokkr.DemoCluster.Api;
using Brokkr.DemoCluster.Api.Control;
using Brokkr.DemoCluster.Api.Recordings;

namespace Brokkr.DemoCluster.Demo;

/// <summary>Runs broker, cluster and agent together, and shows what an operator sees.</summary>
internal static class RunCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);
    private static readonly string[] BrokersOwn = ["AwaitingReport", "NeverReported", "Stale", "NoTarget", "Superseded"];

    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            var arguments = DemoArguments.Parse(args);
            return await RunAsync(arguments, new DemoSettings(arguments.Check), stop.Token);
        }
        catch (Exception e) when (e is DemoException or RecordingException or HttpRequestException)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<int> RunAsync(DemoArguments arguments, DemoSettings settings, CancellationToken ct)
    {
        using var running = arguments.Check ? null : DemoLock.Take(settings);
        settings.RequireFreePorts();
        if (arguments.Reset)
            await ResetAsync(arguments, settings, ct);
        Directory.CreateDirectory(settings.Directory);
        var began = TimeProvider.System.GetUtcNow();
        // What cannot be served is said before anything runs.
        await using var cluster = arguments.Kubeconfig is null ? CreateCluster(arguments) : null;
        await using var brokerProcess = ChildProcess.Start("broker", [arguments.Broker], settings.Directory, settings.BrokerEnvironment);
        await WaitForBrokerAsync(settings, brokerProcess, ct);
        Console.WriteLine($"Console  http://127.0.0.1:{settings.HttpPort}/ui    the key to sign in with: cat {settings.AdminPakFile}\n");
        if (cluster is not null)
            await StartAsync(cluster, settings, ct);
        using var broker = new BrokerClient(new($"http://127.0.0.1:{settings.HttpPort}"),
            (await File.ReadAllTextAsync(settings.AdminPakFile, ct)).Trim());
        var fleet = new Fleet(broker, settings.Directory);
        var stacks = await fleet.EnsureStacksAsync(arguments.Scenarios, ct);
        var (agentId, pakFile) = await fleet.EnsureAgentAsync(stacks.Values, ct);
        await using var agentProcess = ChildProcess.Start("agent", [arguments.Agent], settings.Directory, new Dictionary<string, string>
        {
            ["BROKKR__AGENT__BROKER_URL"] = $"http://127.0.0.1:{settings.GrpcPort}",
            ["BROKKR__AGENT__AGENT_ID"] = agentId,
            ["BROKKR__AGENT__PAK_FILE"] = pakFile,
            ["BROKKR__AGENT__POLL_INTERVAL"] = "2",
            // What the scenarios name is in the cluster already, and is to stay as it is.
            ["BROKKR__AGENT__DEPLOYMENT__MODE"] = "observe",
            ["BROKKR__AGENT__KUBECONFIG"] = arguments.Kubeconfig ?? settings.Kubeconfig,
        });
        void RequireRunning()
        {
            brokerProcess.RequireRunning();
            agentProcess.RequireRunning();
        }

        var rows = await WaitForReportsAsync(broker, stacks, began, RequireRunning, ct);
        Console.WriteLine(HealthTable.Of(rows));
        if (arguments.Check)
            return await CheckAsync(arguments, broker, rows, RequireRunning, ct);
        if (rows.Find(r => r.Stack == "crash-loop") is { } shown)
        {
            var diagnostic = await DiagnoseAsync(broker, shown, RequireRunning, ct);
            Console.WriteLine($"Diagnostic of {shown.Stack}:\n{DiagnosticReport.Of(diagnostic)}");
        }

        Console.WriteLine(Hints.Of(settings, arguments.Command, rows, stacks));
        while (true)
        {
            RequireRunning();
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, ct);
        }
    }

    private static WebApplication CreateCluster(DemoArguments arguments) => DemoClusterApp.Create(new()
    {
        ObjectsDirectory = arguments.Objects,
        AgeMinutes = arguments.Age,
        KeepsSchedules = true,
        Token = Convert.ToHexString(Guid.NewGuid().ToByteArray()),
    });

    private static async Task StartAsync(WebApplication cluster, DemoSettings settings, CancellationToken ct)
    {
        await cluster.StartAsync(ct);
        DemoKubeconfig.Write(settings.Kubeconfig, cluster.Urls.First(), cluster.Services.GetRequiredService<DemoClusterOptions>().Token);
    }

    private static async Task WaitForBrokerAsync(DemoSettings settings, ChildProcess process, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{settings.HttpPort}") };
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            process.RequireRunning();
            try
            {
                using var ready = await http.GetAsync("/readyz", ct);
                // Another program on the port may answer while our broker is about to find the port taken.
                if (ready.IsSuccessStatusCode && File.Exists(settings.AdminPakFile))
                {
                    await Task.Delay(LookAgain, TimeProvider.System, ct);
                    process.RequireRunning();
                    return;
                }
            }
            catch (HttpRequestException) when (TimeProvider.System.GetElapsedTime(began) < Patience)
            {
                // Not listening yet.
            }

            await Task.Delay(LookAgain, TimeProvider.System, ct);
        }
    }

    private static async Task<List<HealthRow>> WaitForReportsAsync(
        BrokerClient broker, SortedDictionary<string, string> stacks, DateTimeOffset began, Action requireRunning, CancellationToken ct)
    {
        var waited = TimeProvider.System.GetTimestamp();
        while (true)
        {
            requireRunning();
            var rows = new List<HealthRow>();
            foreach (var (name, id) in stacks)
                rows.Add(HealthRow.Of(name, await broker.GetAsync($"/api/v1/stacks/{id}/health", ct)));
            var missing = rows.FindAll(r =>
                r.ReceivedAt is null || r.ReceivedAt < began || BrokersOwn.Contains(r.Conditions, StringComparer.Ordinal));
            if (missing.Count == 0)
                return rows;
            if (TimeProvider.System.GetElapsedTime(waited) > Patience)
                throw new DemoException($"{HealthTable.Of(rows)}\nNot reported within {Patience.TotalSeconds} s: "
                    + $"{string.Join(", ", missing.Select(r => r.Stack))}.");
            await Task.Delay(LookAgain, TimeProvider.System, ct);
        }
    }

    private static async Task<int> CheckAsync(DemoArguments arguments, BrokerClient broker, List<HealthRow> rows, Action requireRunning,
        CancellationToken ct)
    {
        var packaged = arguments.Scenarios == DemoArguments.PackagedScenarios && arguments.Objects == DemoClusterOptions.PackagedRecording;
        var differences = new List<string>();
        if (packaged && arguments.Kubeconfig is null && arguments.Age is >= 0 and <= 10)
        {
            var expected =
                JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(DemoArguments.Expectations, ct))!;
            differences.AddRange(rows.Where(r => expected[r.Stack] != r.Status)
                .Select(r => $"{r.Stack} is {r.Status}, expected {expected[r.Stack]}"));
        }

        var asked = packaged ? rows.Find(r => r.Stack == "crash-loop") : rows.Find(r => r.Status != "healthy");
        if (asked is not null)
        {
            var diagnostic = await DiagnoseAsync(broker, asked, requireRunning, ct);
            Console.WriteLine($"Diagnostic of {asked.Stack}:\n{DiagnosticReport.Of(diagnostic)}");
            if (packaged)
                differences.AddRange(DiagnosticReport.MissingFromCrashLoop(diagnostic)
                    .Select(m => $"the diagnostic of {asked.Stack}: {m}"));
        }

        foreach (var difference in differences)
            Console.Error.WriteLine($"FAILED: {difference}.");
        Console.WriteLine(differences.Count == 0 ? "All as expected." : $"{differences.Count} differences.");
        return differences.Count == 0 ? 0 : 1;
    }

    private static async Task<JsonNode> DiagnoseAsync(BrokerClient broker, HealthRow row, Action requireRunning, CancellationToken ct)
    {
        var id = (
            await broker.PostAsync($"/api/v1/deployment-objects/{row.ObjectId}/diagnostics", null, ct))["request_id"]!.GetValue<string>();
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            requireRunning();
            var diagnostic = await broker.GetAsync($"/api/v1/diagnostics/{id}", ct);
            switch (diagnostic["status"]!.GetValue<string>())
            {
                case "completed":
                    return diagnostic;
                case "failed":
                    throw new DemoException($"The diagnostic of {row.Stack} failed: {diagnostic["error"]}");
                default:
                    await Task.Delay(LookAgain, TimeProvider.System, ct);
                    break;
            }
        }

        throw new DemoException($"The diagnostic of {row.Stack} was not answered within {Patience.TotalSeconds} s.");
    }

    private static async Task ResetAsync(DemoArguments arguments, DemoSettings settings, CancellationToken ct)
    {
        var ask = new System.Diagnostics.ProcessStartInfo("dotnet",
            [arguments.Broker, "--postgres-directory"])
        { RedirectStandardOutput = true };
        foreach (var (key, value) in settings.BrokerEnvironment)
            ask.Environment[key] = value;
        using var process = System.Diagnostics.Process.Start(ask)!;
        var postgres = (await process.StandardOutput.ReadToEndAsync(ct)).Trim();
        RequireUnused(Path.Combine(Path.GetDirectoryName(postgres) ?? "", "broker.lock"));
        foreach (var directory in new[] { postgres, settings.Directory }.Where(d => d.Length > 0 && Directory.Exists(d)))
            Directory.Delete(directory, recursive: true);
    }

    /// <summary>The broker holds this file open for itself alone while it runs.</summary>
    private static void RequireUnused(string lockFile)
    {
        try
        {
            if (File.Exists(lockFile))
                File.Open(lockFile, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
        }
        catch (IOException)
        {
            throw new DemoException("Another demo runs on this data: end it before --reset.");
        }
    }
}
