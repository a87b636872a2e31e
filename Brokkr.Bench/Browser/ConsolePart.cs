using System.Globalization;
using Brokkr.Bench.Results;
using Brokkr.Bench.Run;
using Brokkr.Bench.Stage;
using Npgsql;

namespace Brokkr.Bench.Browser;

/// <summary>How long people wait for the console in a browser, what it weighs, and what those who look at it cost the broker.</summary>
internal static class ConsolePart
{
    private const int Agents = 200;

    private const int ObjectsPerAgent = 50;

    private const int Viewers = 50;

    /// <summary>What is looked at, and the time within which it should be painted.</summary>
    private static readonly (string Name, string Path, double? Limit)[] Pages =
    [
        // What the browser itself takes on this machine: a page with hardly anything on it.
        ("no such page", "/ui/nowhere", null), ("fleet", "/ui", 500), ("objects", "/ui/objects", 500),
    ];

    /// <summary>How the list of objects is narrowed.</summary>
    private static readonly (string Name, string Act)[] Filters =
    [
        ("status=failing", "document.querySelector(\".counts a[href*='status=failing']\").click()"),
        ("a text", "const text = document.getElementById('text'); text.value = 'app-7'; text.form.requestSubmit()"),
    ];

    /// <summary>In bytes; a kilobyte is 1,024 of them.</summary>
    private const double Kilobyte = 1024;

    public static int Steps(BenchRun run) => Pages.Length + Filters.Length + 1;

    public static async Task RunAsync(BenchRun run, CancellationToken ct)
    {
        var agents = run.Scaled(Agents);
        var directory = run.NewDirectory();
        var connectionString = await run.Database.CreateAsync(ct);
        await using var broker = await BrokerProcess.StartAsync(directory, connectionString, ct,
            ("LIMITS__PAK_REQUESTS_PER_SECOND", "1000000"), ("LIMITS__PAK_BURST", "1000000"), ("LIMITS__ADDRESS_BURST", "1000000"));
        await using var database = NpgsqlDataSource.Create(connectionString);
        await new FleetSeed(database).PlantAsync(agents, agents, ObjectsPerAgent, reported: true, ct);
        var pak = (await File.ReadAllTextAsync(Path.Combine(directory, "admin.pak"), ct)).Trim();

        var table = run.Table("console", string.Create(
            CultureInfo.InvariantCulture, $"Before {agents * ObjectsPerAgent:#,0} deployment objects in {agents:#,0} clusters"));
        await using (var browser = await BenchBrowser.StartAsync(broker.Http, pak))
        {
            foreach (var page in Pages)
                await LookAsync(run, table, browser, page, ct);
            foreach (var filter in Filters)
                await NarrowAsync(run, table, browser, filter, ct);
        }

        run.Screen.Step($"{Viewers} browsers that look at the fleet");
        using var crowd = await ViewerCrowd.SignInAsync(broker.Http, pak, ct);
        await crowd.LookAsync(Viewers, "/ui", TimeSpan.Zero, ct);
        var errors = 0;
        var (use, _) = await CoreUse.MeasureAsync(
            broker, run.Database, async () => errors = await crowd.LookAsync(Viewers, "/ui", run.Duration, ct));
        table.Add($"{Viewers} browsers", "processor, broker, cores", "", use.Broker, new(0.1));
        table.Add($"{Viewers} browsers", "processor, PostgreSQL, cores", "", use.Database);
        table.Add($"{Viewers} browsers", "errors", "", errors, new(0));
        broker.RequireRunning();
    }

    private static async Task LookAsync(
        BenchRun run, FigureTable table, BenchBrowser browser, (string Name, string Path, double? Limit) page, CancellationToken ct)
    {
        run.Screen.Step($"{page.Name} in a browser");
        // What the broker compiles and the database reads for the first time does not count.
        var warmUp = await browser.LookAsync(page.Path);
        var (paints, answers) = (new Latencies(), new Latencies());
        var shift = warmUp.Shift;
        await RepeatAsync(run, paints, async () =>
        {
            var look = await browser.LookAsync(page.Path);
            answers.Add(look.Answer);
            shift = Math.Max(shift, look.Shift);
            return look.Paint;
        }, ct);

        table.Add(page.Name, "first contentful paint, p50", "ms", paints.At(50), page.Limit is { } limit ? new(limit) : null);
        table.Add(page.Name, "first contentful paint, p90", "ms", paints.At(90));
        table.Add(page.Name, "of it, until the broker answered, p50", "ms", answers.At(50));
        table.Add(page.Name, "layout shift, at most", "", shift, new(0.001));
        table.Add(page.Name, "compressed HTML, CSS and script", "KB", warmUp.Bytes / Kilobyte, new(60));
    }

    private static async Task NarrowAsync(
        BenchRun run, FigureTable table, BenchBrowser browser, (string Name, string Act) filter, CancellationToken ct)
    {
        run.Screen.Step($"objects, narrowed by {filter.Name}");
        await browser.TurnAsync("/ui/objects", filter.Act);
        var turns = new Latencies();
        await RepeatAsync(run, turns, () => browser.TurnAsync("/ui/objects", filter.Act), ct);
        table.Add($"objects, then {filter.Name}", "from the click until the list is painted, p50", "ms", turns.At(50), new(150));
        table.Add($"objects, then {filter.Name}", "from the click until the list is painted, p90", "ms", turns.At(90));
    }

    private static async Task RepeatAsync(BenchRun run, Latencies taken, Func<Task<TimeSpan>> look, CancellationToken ct)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (taken.Count == 0 || TimeProvider.System.GetElapsedTime(began) < run.Duration / 3)
        {
            ct.ThrowIfCancellationRequested();
            taken.Add(await look());
        }
    }
}
