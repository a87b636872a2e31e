using System.CommandLine;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Invocation;

/// <summary>Shows the same again and again, until somebody ends it.</summary>
internal static class Watching
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public static Option<bool> Option() => new("--watch", "-w") { Description = "Show it anew every two seconds, until Ctrl-C" };

    /// <summary>Once, or again and again: on a terminal in the same place, in a pipe one below the other.</summary>
    public static async Task<int> RunAsync(Run run, bool isWatching, Func<CancellationToken, Task> show, CancellationToken ct)
    {
        if (!isWatching)
        {
            await show(ct);
            return ExitCodes.Ok;
        }

        while (true)
        {
            var frame = new StringWriter();
            run.Screen = new(run.Around with { Out = frame }, run.Colours);
            await show(ct);
            run.Around.Out.Write(run.Around.OutIsTerminal ? $"\e[H\e[2J{frame}" : $"{frame}\n");
            await run.PauseAsync(Interval, ct);
        }
    }
}
