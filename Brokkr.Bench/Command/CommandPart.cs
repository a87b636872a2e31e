using System.Diagnostics;
using Brokkr.Bench.Results;
using Brokkr.Bench.Run;
using Brokkr.Bench.Stage;

namespace Brokkr.Bench.Command;

/// <summary>How fast the command of operators starts, and how large it is.</summary>
internal static class CommandPart
{
    private const double MegaByte = 1_000_000;

    /// <summary>Enough for a median, however short the run.</summary>
    private const int Fewest = 10;

    /// <summary>Everything that needs no broker: the start of the process, the whole command line, a page of text.</summary>
    private static readonly string[][] Lines = [["version", "--client"], ["--help"]];

    public static int Steps(BenchRun run) => Lines.Length;

    public static async Task RunAsync(BenchRun run, CancellationToken ct)
    {
        var (table, binary) = (run.Table("command", "The command"), run.Arguments.CommandBinary ?? Programs.Command);
        var isPublished = !binary.EndsWith(".dll", StringComparison.Ordinal);
        var column = isPublished ? "published" : "JIT";
        foreach (var line in Lines)
        {
            run.Screen.Step($"brokkr {string.Join(' ', line)}");
            var took = new Latencies();
            var began = TimeProvider.System.GetTimestamp();
            await StartAsync(binary, line, ct);
            while (took.Count < Fewest || TimeProvider.System.GetElapsedTime(began) < run.Duration / 5)
            {
                var started = TimeProvider.System.GetTimestamp();
                await StartAsync(binary, line, ct);
                took.Add(TimeProvider.System.GetElapsedTime(started));
            }

            table.Add(column, $"brokkr {string.Join(' ', line)}, p50", "ms", took.At(50), isPublished ? new(20) : null);
            table.Add(column, $"brokkr {string.Join(' ', line)}, p99", "ms", took.At(99));
        }

        table.Add(column, "size of the executable", "MB", new FileInfo(binary).Length / MegaByte, isPublished ? new(15) : null);
    }

    private static async Task StartAsync(string binary, string[] line, CancellationToken ct)
    {
        string[] command = binary.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", binary] : [binary];
        var start = new ProcessStartInfo(command[0], [.. command[1..], .. line]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
            throw new BenchException($"{binary} {string.Join(' ', line)} ended with {process.ExitCode}.");
    }
}
