using Brokkr.DemoCluster.Demo;
using Brokkr.Tests.Processes;
using Grpc.Net.Client;

namespace Brokkr.Tests.Faults;

/// <summary>One of several broker processes on one database, reached through a proxy.</summary>
internal sealed class FaultBroker : IAsyncDisposable
{
    private readonly int[] _ports = [FreePort.Next(), FreePort.Next(), FreePort.Next()];
    private readonly Dictionary<string, string> _environment;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private RunningProgram _program;

    public FaultBroker(string name, string connectionString, string directory, int leaseSeconds)
    {
        Name = name;
        _environment = new()
        {
            ["BROKKR__BROKER__HTTP_PORT"] = $"{_ports[0]}",
            ["BROKKR__BROKER__GRPC_PORT"] = $"{_ports[1]}",
            ["BROKKR__BROKER__MANAGEMENT_PORT"] = $"{_ports[2]}",
            ["BROKKR__BROKER__ADMIN_PAK_FILE"] = Path.Combine(directory, "admin.pak"),
            ["BROKKR__BROKER__DATABASE__CONNECTION_STRING"] = connectionString,
            ["BROKKR__BROKER__DIAGNOSTICS__LEASE_SECONDS"] = $"{leaseSeconds}",
            ["BROKKR__BROKER__DIAGNOSTICS__CLEANUP_INTERVAL_MINUTES"] = "1",
        };
        Proxy = new(_ports[1]);
        _program = Start();
    }

    public string Name { get; }

    public FaultProxy Proxy { get; }

    public string Said => _program.Said;

    public bool HasExited => _program.HasExited;

    /// <summary>Opens a connection of its own, as every agent has one.</summary>
    public GrpcChannel Connect() => GrpcChannel.ForAddress($"http://127.0.0.1:{Proxy.Port}", new()
    {
        HttpHandler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(2),
            KeepAlivePingDelay = TimeSpan.FromSeconds(2),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(2),
        },
    });

    public Task KillAsync() => _program.KillAsync();

    public Task SignalAsync(string signal) => _program.SignalAsync(signal);

    public async Task RestartAsync()
    {
        await _program.DisposeAsync();
        _program = Start();
    }

    public async Task<bool> IsReadyAsync()
    {
        try
        {
            return (await _http.GetAsync($"http://127.0.0.1:{_ports[2]}/readyz")).IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await _program.DisposeAsync();
        _http.Dispose();
    }

    private RunningProgram Start() => RunningProgram.Start("brokkr-broker", [], _environment);
}
