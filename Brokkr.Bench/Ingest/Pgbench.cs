using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Brokkr.Bench.Results;
using Brokkr.Bench.Stage;
using Brokkr.Broker.Health;
using Brokkr.Broker.Storage;
using Npgsql;

namespace Brokkr.Bench.Ingest;

/// <summary>
/// PostgreSQL's own load generator with the broker's statement: what the database takes from so many connections where nothing stands in
/// between.
/// </summary>
internal sealed partial class Pgbench(string connectionString, string directory, int clients, int agents)
{
    private const int LatencyColumn = 2;
    private const int CallsOfAShortRun = 20;

    /// <summary>Runs the script and answers how many reports a second it stored, and how long each took.</summary>
    public async Task<(double PerSecond, Latencies Calls)> RunAsync(TimeSpan duration, CancellationToken ct)
    {
        var script = Path.Combine(directory, "report.pgbench.sql");
        var statement = ParameterName().Replace(ReportSql.Save, m => m.Value.Replace('@', ':').ToLowerInvariant());
        await File.WriteAllTextAsync(script,
            (await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Ingest", "report.pgbench.sql"), ct))
            .Replace("\n{{statement}}", $"\n{statement}", StringComparison.Ordinal), ct);

        var logs = Directory.CreateDirectory(Path.Combine(directory, $"pgbench-{Guid.NewGuid():N}")).FullName;
        var database = new NpgsqlConnectionStringBuilder(connectionString);
        string[] arguments =
        [
            "--no-vacuum", "--protocol=prepared", $"--client={clients}", "--jobs=2", LengthOf(duration), $"--file={script}", "--log",
            "--log-prefix=calls",
            "-D", "sequence=0", "-D", $"own={agents / clients}", "-D", $"variants={IngestFleet.Variants}",
            "-D", "now=now", "-D", "silences={f}", "-D", "rooms={10000}", "-D", "confirms={0}", "-D", "staleafter=180",
            "-h", database.Host!, "-U", database.Username!, database.Database!,
        ];
        var start = new ProcessStartInfo(Path.Combine(PostgresBinaries.Find(null, ""), "pgbench"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = logs,
        };
        using var process = Process.Start(start)!;
        await using var end = ct.Register(() => process.Kill());
        var errors = process.StandardError.ReadToEndAsync(ct);
        var said = await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0 || TransactionsPerSecond().Match(said) is not { Success: true } rate)
            throw new BenchException($"pgbench failed: {await errors}{said}");
        var calls = new Latencies();
        foreach (var line in Directory.GetFiles(logs).SelectMany(File.ReadLines))
            calls.Add(TimeSpan.FromMicroseconds(long.Parse(line.Split(' ')[LatencyColumn], CultureInfo.InvariantCulture)));
        return (double.Parse(rate.Groups["tps"].ValueSpan, CultureInfo.InvariantCulture), calls);
    }

    /// <summary>
    /// pgbench counts whole seconds, and says no rate where none of its calls ended in them: a shorter run is so many calls.
    /// </summary>
    private static string LengthOf(TimeSpan duration) =>
        duration < TimeSpan.FromSeconds(1) ? $"--transactions={CallsOfAShortRun}" : $"--time={Math.Ceiling(duration.TotalSeconds):0}";

    [GeneratedRegex("@[a-zA-Z]+")]
    private static partial Regex ParameterName();

    [GeneratedRegex("^tps = (?<tps>[0-9.]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex TransactionsPerSecond();
}
