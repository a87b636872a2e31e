using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Objects;

/// <summary><c>brokkr top</c>: the whole screen, live, the worst first.</summary>
internal static class TopCommand
{
    private const string Enter = "\e[?1049h\e[?25l";
    private const string Leave = "\e[?25h\e[?1049l";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookForKeys = TimeSpan.FromMilliseconds(50);

    public static Command Create(CommandLine line) =>
        line.Runs(new("top", "The fleet on the whole screen, live, the worst first"), async (run, ct) =>
    {
        if (!run.Around.OutIsTerminal || !run.Around.InIsTerminal)
            throw new CommandException(ExitCodes.Usage, "brokkr top needs a terminal.", "brokkr get objects --watch goes into a pipe.");
        run.Around.Out.Write(Enter);
        try
        {
            await LoopAsync(run, ct);
        }
        finally
        {
            run.Around.Out.Write(Leave);
        }

        return ExitCodes.Ok;
    });

    private static async Task LoopAsync(Run run, CancellationToken ct)
    {
        var (isPaused, isAll, said) = (false, true, "");
        while (true)
        {
            if (!isPaused)
                said = await FrameAsync(run, isAll, ct);
            run.Around.Out.Write(said);
            switch (await KeyAsync(run, ct))
            {
                case 'q' or '\e' or '\u0003':
                    return;
                case 'w':
                    (isAll, isPaused) = (!isAll, false);
                    break;
                case ' ':
                    isPaused = !isPaused;
                    break;
            }
        }
    }

    /// <summary>One picture. A call that fails is shown in its place, and the next one may be well.</summary>
    private static async Task<string> FrameAsync(Run run, bool isAll, CancellationToken ct)
    {
        var page = new Page();
        try
        {
            var rows = Math.Max(1, run.Around.Size().Height - 4);
            var query = new Query("api/v1/health").With("order_by", "severity").With("page_size", $"{Math.Min(500, rows)}")
                .With("status", isAll ? [] : ["failing", "degraded", "unknown"]);
            page = View(await run.Broker.GetAsync(query, ct), run.Now, isAll);
        }
        catch (CommandException e) when (e.ExitCode == ExitCodes.Failed)
        {
            page.Line(new Piece(e.Message, Tone.Failing));
        }

        return Picture(run.Screen.Render(page), run.Around.Size().Height);
    }

    /// <summary>
    /// Lines in the place of those before. Each is cleared before it is written: what is cleared behind a line as wide as the terminal is
    /// its last character. Pure.
    /// </summary>
    public static string Picture(string text, int height)
    {
        var lines = text.TrimEnd('\n').Split('\n').Take(height).ToList();
        return $"\e[H{string.Join('\n', lines.Select(l => $"\e[K{l}"))}{(lines.Count < height ? "\n\e[J" : "")}";
    }

    /// <summary>Pure.</summary>
    public static Page View(JsonObject answer, DateTimeOffset now, bool isAll)
    {
        var counts = BrokerClient.Read(answer["counts"], Answers.Default.HealthCounts);
        var page = new Page();
        page.Line(new Piece($"{counts.Failing} failing", Tone.Failing), "  ", new($"{counts.Degraded} degraded", Tone.Degraded), "  ",
            new($"{counts.Unknown} unknown", Tone.Unknown), "  ", new($"{counts.Healthy} healthy", Tone.Healthy),
            new(now.UtcDateTime.ToString("    HH:mm:ss'Z'", CultureInfo.InvariantCulture), Tone.Dim));
        page.Line(new Piece($"q quit   w {(isAll ? "only what is wrong" : "everything")}   space pause", Tone.Dim));
        foreach (var block in GetObjects.View(BrokerClient.Read(answer, "deployment_objects", Answers.Default.PlacedHealth), false, now)
            .Blocks)
            page.Add(block);
        return page;
    }

    /// <summary>The key that was pressed until the next picture is due; a blank of no meaning where none was.</summary>
    private static async Task<char> KeyAsync(Run run, CancellationToken ct)
    {
        var began = run.Around.Clock.GetTimestamp();
        while (run.Around.Clock.GetElapsedTime(began) < Interval)
        {
            if (run.Around.KeyAvailable())
                return char.ToLowerInvariant(run.Around.ReadKey().KeyChar);
            await run.PauseAsync(LookForKeys, ct);
        }

        return '\0';
    }
}
