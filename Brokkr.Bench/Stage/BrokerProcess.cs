using Brokkr.DemoCluster.Demo;
using Grpc.Core;
using Grpc.Net.Client;

namespace Brokkr.Bench.Stage;

/// <summary>A broker in a process of its own.</summary>
internal sealed class BrokerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;

    private BrokerProcess(ChildProcess process, Uri http, Uri grpc, Uri management) =>
        (_process, Http, Grpc, Management) = (process, http, grpc, management);

    public int Id => _process.Id;

    public Uri Http { get; }

    public Uri Grpc { get; }

    public Uri Management { get; }

    /// <summary>Starts a broker on a database, and waits until it is ready.</summary>
    /// <param name="directory">For its log and the first admin's key.</param>
    /// <param name="connectionString">The database.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="settings">What is set besides, as in <c>LIMITS__PAK_BURST</c>.</param>
    public static async Task<BrokerProcess> StartAsync(string directory, string connectionString, CancellationToken ct,
        params (string Key, string Value)[] settings)
    {
        var ports = (Http: FreePort.Next(), Grpc: FreePort.Next(), Management: FreePort.Next());
        var environment = new Dictionary<string, string>
        {
            ["BROKKR__BROKER__HTTP_PORT"] = $"{ports.Http}",
            ["BROKKR__BROKER__GRPC_PORT"] = $"{ports.Grpc}",
            ["BROKKR__BROKER__MANAGEMENT_PORT"] = $"{ports.Management}",
            ["BROKKR__BROKER__ADMIN_PAK_FILE"] = Path.Combine(directory, "admin.pak"),
            ["BROKKR__BROKER__DATABASE__CONNECTION_STRING"] = connectionString,
        };
        foreach (var (key, value) in settings)
            environment[$"BROKKR__BROKER__{key}"] = value;
        var process = ChildProcess.Start($"broker-{ports.Http}", [Programs.Broker], directory, environment);
        var broker = new BrokerProcess(process, Loopback(ports.Http), Loopback(ports.Grpc), Loopback(ports.Management));
        try
        {
            await broker.WaitAsync(ct);
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection of its own.</summary>
    public GrpcChannel Connect() => GrpcChannel.ForAddress(Grpc);

    public ProcessUse Use() => ProcessUse.Of(Id);

    public void RequireRunning() => _process.RequireRunning();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    public static CallOptions As(string pak, CancellationToken ct) =>
        new(new Metadata { { "authorization", $"Bearer {pak}" } }, cancellationToken: ct);

    private static Uri Loopback(int port) => new($"http://127.0.0.1:{port}");

    private async Task WaitAsync(CancellationToken ct)
    {
        using var http = new HttpClient();
        var began = TimeProvider.System.GetTimestamp();
        while (!await IsReadyAsync(http, ct))
        {
            RequireRunning();
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
                throw new BenchException($"The broker is not ready after {Patience.TotalSeconds} s.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, ct);
        }
    }

    private async Task<bool> IsReadyAsync(HttpClient http, CancellationToken ct)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(Management, "/readyz"), ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
