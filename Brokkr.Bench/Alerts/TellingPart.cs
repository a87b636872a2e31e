using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brokkr.Bench.Results;
using Brokkr.Bench.Run;
using Brokkr.Bench.Stage;
using Brokkr.Broker.Alerts.Rules;
using Brokkr.Broker.Alerts.Secrets;
using Brokkr.DemoCluster.Demo;
using Npgsql;

namespace Brokkr.Bench.Alerts;

/// <summary>How long it takes from a change of a status to the message that a webhook gets.</summary>
internal static class TellingPart
{
    /// <summary>Fewer than begin a storm.</summary>
    private const int Failures = 15;

    private const int DefaultWait = 30;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2), Apart = TimeSpan.FromSeconds(4);

    public static async Task RunAsync(BenchRun run, CancellationToken ct)
    {
        var table = run.Table("alerts", "From a change to its message");
        await MeasureAsync(run, table, "no waits", 0, limit: 8, ct);
        // A quick look does not wait in full.
        await MeasureAsync(run, table, "default waits", (int)(DefaultWait * Math.Min(1, run.Arguments.Seconds / 10)), limit: 45, ct);
    }

    private static async Task MeasureAsync(BenchRun run, FigureTable table, string column, int wait, double limit, CancellationToken ct)
    {
        run.Screen.Step($"messages, {column}");
        var (failures, directory) = (run.Scaled(Failures), run.NewDirectory());
        var connectionString = await run.Database.CreateAsync(ct);
        var keys = Path.Combine(directory, "secrets.key");
        SecretBox.Ensure(keys);
        await using var broker = await BrokerProcess.StartAsync(directory, connectionString, ct,
            ("SECRETS_KEY_FILE", keys), ("ALERTS__ALLOWED_NETWORKS", "127.0.0.0/8"));
        await using var database = NpgsqlDataSource.Create(connectionString);
        await new FleetSeed(database).PlantAsync(failures, failures, objects: 1, reported: true, ct);
        await database.ExecuteAsync("UPDATE placements SET status = 'healthy', conditions = '{}', received_at = NOW()", ct);
        var rule = AlertRuleStore.SettingsOf(AlertRule.Of(Guid.Empty, "rule", new() { WaitSeconds = wait }));
        await database.ExecuteAsync($"UPDATE alert_rules SET settings = '{rule}'", ct);
        using var hook = new HttpListener { Prefixes = { $"http://127.0.0.1:{FreePort.Next()}/" } };
        hook.Start();
        var arrived = new ConcurrentDictionary<string, long>();
        var listening = ListenAsync(hook, arrived);
        await ReceiveAsync(broker, directory, hook.Prefixes.Single(), ct);

        var changed = new Dictionary<string, long>();
        for (var i = 0; i < failures; i++)
        {
            // Not in the rhythm of the broker's looks.
            await Task.Delay(Apart * Random.Shared.NextDouble(), TimeProvider.System, ct);
            changed[$"stack-{i}/app-0"] = TimeProvider.System.GetTimestamp();
            await database.ExecuteAsync($"""
                UPDATE placements p SET status = 'failing', since = NOW()
                  FROM stacks s WHERE s.id = p.stack_id AND s.name = 'stack-{i}'
                """, ct);
        }

        var began = TimeProvider.System.GetTimestamp();
        while (arrived.Count < failures && TimeProvider.System.GetElapsedTime(began) < Patience)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, ct);
        hook.Stop();
        await listening;
        var waits = new Latencies();
        foreach (var (group, at) in changed.Where(c => arrived.ContainsKey(c.Key)))
            waits.Add(TimeProvider.System.GetElapsedTime(at, arrived[group]));
        broker.RequireRunning();
        table.Add(column, "changes", "", failures);
        table.Add(column, "of them not told", "", failures - arrived.Count, new(0));
        table.Add(column, "change to message, p50", "s", waits.At(50) / 1000);
        table.Add(column, "change to message, p95", "s", waits.At(95) / 1000, new(limit));
    }

    /// <summary>Takes messages until it is stopped, and notes when each group was told.</summary>
    private static async Task ListenAsync(HttpListener hook, ConcurrentDictionary<string, long> arrived)
    {
        try
        {
            while (true)
            {
                var context = await hook.GetContextAsync();
                var body = await JsonSerializer.DeserializeAsync<JsonNode>(context.Request.InputStream);
                arrived.TryAdd((string)body!["data"]!["group_key"]!, TimeProvider.System.GetTimestamp());
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private static async Task ReceiveAsync(BrokerProcess broker, string directory, string url, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = broker.Http };
        http.DefaultRequestHeaders.Authorization =
            new("Bearer", (await File.ReadAllTextAsync(Path.Combine(directory, "admin.pak"), ct)).Trim());
        using var content = new StringContent(
            new JsonObject { ["name"] = "bench", ["kind"] = "webhook", ["url"] = url }.ToJsonString(), null, "application/json");
        using var answer = await http.PostAsync("api/v1/alert-receivers", content, ct);
        if (!answer.IsSuccessStatusCode)
            throw new BenchException($"The broker answered {(int)answer.StatusCode} to a new receiver.");
    }
}
