using System.Globalization;
using System.Runtime.InteropServices;
using Brokkr.Bench.Agent;
using Brokkr.Bench.Alerts;
using Brokkr.Bench.Browser;
using Brokkr.Bench.Command;
using Brokkr.Bench.Fleet;
using Brokkr.Bench.Ingest;
using Brokkr.Bench.Micro;
using Brokkr.Bench.Queries;
using Brokkr.Bench.Queue;
using Brokkr.Bench.Results;
using Brokkr.Bench.Run;
using Brokkr.Bench.Scale;
using Brokkr.Bench.Stage;
using Brokkr.Broker.Storage;
using Brokkr.DemoCluster.Demo;
using Spectre.Console;

// In the order in which they run.
(string Name, Func<BenchRun, int> Steps, Func<BenchRun, CancellationToken, Task> RunAsync)[] parts =
[
    ("ingest", IngestPart.Steps, IngestPart.RunAsync),
    ("fleet", FleetPart.Steps, FleetPart.RunAsync),
    ("queries", QueriesPart.Steps, QueriesPart.RunAsync),
    ("console", ConsolePart.Steps, ConsolePart.RunAsync),
    ("queue", QueuePart.Steps, QueuePart.RunAsync),
    ("alerts", AlertsPart.Steps, AlertsPart.RunAsync),
    ("scale", ScalePart.Steps, ScalePart.RunAsync),
    ("micro", MicroPart.Steps, MicroPart.RunAsync),
    ("agent", AgentPart.Steps, AgentPart.RunAsync),
    ("command", CommandPart.Steps, CommandPart.RunAsync),
];

var (arguments, problem) = BenchArguments.Parse(args, [.. parts.Select(p => p.Name)]);
if (arguments is null)
{
    Console.Error.WriteLine($"{problem}{Environment.NewLine}usage: {BenchArguments.Usage}");
    return 2;
}

if (Console.IsOutputRedirected)
    AnsiConsole.Profile.Width = 200;
using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
// On a disk: in memory a durable database would cost nothing.
var directory = Directory.CreateDirectory(Path.Combine(Programs.Repository, ".brokkr", $"bench-{Environment.ProcessId}")).FullName;
try
{
    await using var database = await BenchDatabase.StartAsync(directory, stop.Token);
    var run = new BenchRun(arguments, new(), database, directory);
    var machine = MachineDescription.Of(await database.VersionAsync(stop.Token), directory);
    // The hot paths, the command, the console, alerts and the largest fleet have one size.
    string[] constant = ["micro", "command", "console", "alerts", "scale"];
    foreach (var part in parts.Where(p =>
        (arguments.Parts.Count == 0 || arguments.Parts.Contains(p.Name)) && !(arguments.Growth && constant.Contains(p.Name))))
    {
        await run.Screen.ShowAsync(part.Name, part.Steps(run), () => part.RunAsync(run, stop.Token));
        var tables = run.Tables.Where(t => t.Part == part.Name).ToList();
        foreach (var table in tables)
            Screen.Show(table);
        // After each part: a long run that ends early has not measured in vain.
        var stamp = string.Create(CultureInfo.InvariantCulture,
            $"Measured {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC by `{arguments}` on {machine}.");
        PerformancePage.Write(arguments.Page ?? Path.Combine(Programs.Repository, "docs", "performance.md"), tables, arguments.Growth,
            stamp);
        if (arguments.Json is { } file)
            FigureFile.Write(file, run.Tables, stamp);
        Console.WriteLine(stamp);
    }

    return 0;
}
catch (Exception e) when (e is BenchException or DemoException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}
finally
{
    // The server's data may lie elsewhere, where its user can reach it.
    foreach (var used in new[] { Path.GetDirectoryName(PostgresDirectory.DataOf(directory))!, directory }.Where(Directory.Exists))
        Directory.Delete(used, recursive: true);
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
