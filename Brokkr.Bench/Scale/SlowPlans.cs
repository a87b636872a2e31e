using System.Text;
using Brokkr.Bench.Run;
using Brokkr.Bench.Stage;
using Npgsql;

namespace Brokkr.Bench.Scale;

/// <summary>The plans of what was slowest, as PostgreSQL's <c>auto_explain</c> logs them, each call made once more for it.</summary>
internal static class SlowPlans
{
    private static readonly TimeSpan Settles = TimeSpan.FromMilliseconds(300);

    public static async Task WriteAsync(
        BenchRun run, string connectionString, string adminPak, IReadOnlyList<ScaleCall> slowest, (string, string)[] settings,
        CancellationToken ct)
    {
        if (!await ExplainAsync(connectionString, ct))
        {
            Console.WriteLine("There is no auto_explain beside this PostgreSQL: the plans of the slowest reads are left out.");
            return;
        }

        await using var broker = await BrokerProcess.StartAsync(run.NewDirectory(), connectionString, ct, settings);
        using var http = new HttpClient { BaseAddress = new(broker.Http, "/api/v1/"), Timeout = TimeSpan.FromMinutes(2) };
        var plans = new StringBuilder();
        foreach (var call in slowest)
        {
            run.Screen.Step($"plans: {call.Name}");
            var before = Logged(run.Database.Log).Length;
            using var request = call.Request(0, adminPak);
            using var answer = await http.SendAsync(request, ct);
            // The server's collector writes what it is told a moment later.
            await Task.Delay(Settles, TimeProvider.System, ct);
            plans.AppendLine(call.Name).AppendLine(call.Told(0)).AppendLine(Logged(run.Database.Log)[before..]);
        }

        var file = Path.Combine(Programs.Repository, ".brokkr", "scale-plans.txt");
        await File.WriteAllTextAsync(file, plans.ToString(), ct);
        Console.WriteLine($"The plans of the {slowest.Count} slowest reads are in {Path.GetRelativePath(Programs.Repository, file)}.");
    }

    private static string Logged(string directory) =>
        string.Concat(new DirectoryInfo(directory).GetFiles().OrderBy(f => f.Name).Select(Read));

    private static string Read(FileInfo file)
    {
        using var reader = new StreamReader(new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    /// <summary>From here on each new connection to the database logs its plans; false where that cannot be.</summary>
    private static async Task<bool> ExplainAsync(string connectionString, CancellationToken ct)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database;
        try
        {
            await using var command = database.CreateCommand($"""
                LOAD 'auto_explain';
                ALTER DATABASE {name} SET session_preload_libraries = 'auto_explain';
                ALTER DATABASE {name} SET auto_explain.log_min_duration = 0;
                ALTER DATABASE {name} SET auto_explain.log_analyze = on;
                ALTER DATABASE {name} SET auto_explain.log_buffers = on
                """);
            await command.ExecuteNonQueryAsync(ct);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedFile)
        {
            return false;
        }
    }
}
