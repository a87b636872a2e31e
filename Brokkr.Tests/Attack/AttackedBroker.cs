using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Brokkr.DemoCluster.Demo;
using Brokkr.Tests.Processes;
using Npgsql;

namespace Brokkr.Tests.Attack;

/// <summary>A broker process with as much memory for objects as it takes in a pod of the chart, and on a database of its own.</summary>
internal sealed class AttackedBroker : IAsyncDisposable
{
    /// <summary>What the chart allows the pod.</summary>
    public const long PodBytes = 1L << 30;

    private readonly string _directory;
    private readonly NpgsqlDataSource _database;
    private readonly RunningProgram _program;
    private readonly HttpClient _http;
    private readonly ConcurrentQueue<TimeSpan> _took = new();

    private AttackedBroker(string connectionString)
    {
        _directory = Directory.CreateTempSubdirectory("brokkr-attack-").FullName;
        _database = NpgsqlDataSource.Create(connectionString);
        int[] ports = [FreePort.Next(), FreePort.Next(), FreePort.Next()];
        (Rest, Rpc) = (new($"http://127.0.0.1:{ports[0]}"), new($"http://127.0.0.1:{ports[1]}"));
        _http = new() { BaseAddress = Rest, Timeout = TimeSpan.FromMinutes(5) };
        _program = RunningProgram.Start("brokkr-broker", [], new Dictionary<string, string>
        {
            ["BROKKR__BROKER__HTTP_PORT"] = $"{ports[0]}",
            ["BROKKR__BROKER__GRPC_PORT"] = $"{ports[1]}",
            ["BROKKR__BROKER__MANAGEMENT_PORT"] = $"{ports[2]}",
            ["BROKKR__BROKER__ADMIN_PAK_FILE"] = Path.Combine(_directory, "admin.pak"),
            ["BROKKR__BROKER__DATABASE__CONNECTION_STRING"] = connectionString,
            // Rates would keep most of the attack from the code that it is meant for.
            ["BROKKR__BROKER__LIMITS__PAK_BURST"] = "1000000",
            ["BROKKR__BROKER__LIMITS__ADDRESS_BURST"] = "1000000",
            // The runtime takes three quarters of a container's memory.
            ["DOTNET_GCHeapHardLimit"] = (PodBytes / 4 * 3).ToString("x", CultureInfo.InvariantCulture),
        });
    }

    public Uri Rest { get; }

    public Uri Rpc { get; }

    public string Said => _program.Said;

    public bool HasExited => _program.HasExited;

    public string AdminPak { get; private set; } = "";

    public static async Task<AttackedBroker> StartAsync()
    {
        var broker = new AttackedBroker(await PostgresServer.CreateDatabaseAsync());
        await Eventually.IsAsync("the broker answers", async () =>
        {
            broker.HasExited.Should().BeFalse(broker.Said);
            try
            {
                return (await broker._http.GetAsync("/healthz")).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        broker.AdminPak = (await File.ReadAllTextAsync(Path.Combine(broker._directory, "admin.pak"))).Trim();
        return broker;
    }

    /// <summary>Calls as who keeps to the rules; any other answer than success is an exception.</summary>
    public async Task<JsonNode> CallAsync(HttpMethod method, string path, string pak, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", pak);
        var began = TimeProvider.System.GetTimestamp();
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        _took.Enqueue(TimeProvider.System.GetElapsedTime(began));
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {text}");
    }

    /// <summary>How long 99 of 100 of these calls took at most, since this was last asked.</summary>
    public TimeSpan TakePercentile()
    {
        var all = _took.Order().ToList();
        _took.Clear();
        return all.Count == 0 ? TimeSpan.Zero : all[all.Count * 99 / 100];
    }

    /// <summary>The most memory that the process ever had.</summary>
    public long PeakBytes()
    {
        var line = File.ReadLines($"/proc/{_program.Id}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(':', 'k')[1], CultureInfo.InvariantCulture);
    }

    /// <summary>The one number that a query answers.</summary>
    public async Task<long> NumberAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        await _database.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
