using Brokkr.Bench.Load;
using Brokkr.Bench.Results;
using Brokkr.Bench.Stage;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;

namespace Brokkr.Bench.Fleet;

/// <summary>
/// Agents that call the broker as the real one does: a held poll always, and a report every minute that says what changed and confirms the
/// rest.
/// </summary>
internal sealed class SimulatedFleet(BrokerProcess broker, IReadOnlyList<SeededAgent> agents, TimeSpan interval) : IDisposable
{
    /// <summary>As the agent has it.</summary>
    public const int WaitSeconds = 30;

    private const int AgentsPerConnection = 50;
    private const double Jitter = 0.1;

    /// <summary>Of an agent's deployment objects, between two reports.</summary>
    private const double ChangedShare = 0.01;

    /// <summary>Timers round; a poll that ends sooner was not held.</summary>
    private static readonly TimeSpan EarlyEnd = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    private readonly GrpcChannel[] _channels =
    [
        .. Enumerable.Range(0, (agents.Count / AgentsPerConnection) + 1)
        .Select(_ =>
        GrpcChannel.ForAddress(broker.Grpc, new() { HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true } })),
    ];

    private int _errors;
    private int _firstReports;

    public Latencies Reports { get; private set; } = new();

    /// <summary>What a poll took beyond the time for which it asked to be held.</summary>
    public Latencies Polls { get; private set; } = new();

    /// <summary>Calls that failed, and reports of which something was refused, or that left out something the broker lacked.</summary>
    public int Errors => _errors;

    /// <summary>How many agents have reported everything once.</summary>
    public int FirstReports => _firstReports;

    /// <summary>Forgets what was measured so far.</summary>
    public void Forget() => (Reports, Polls, _errors) = (new(), new(), 0);

    /// <summary>Runs until told to stop; the agents start spread over an interval.</summary>
    public Task RunAsync(IReadOnlyList<IReadOnlyList<Guid>> objects, CancellationToken stop) =>
        Task.WhenAll(agents.Select((agent, i) => Task.Run(
        async () =>
        {
            await Task.Delay(interval * i / agents.Count, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var channel = _channels[i / AgentsPerConnection];
            await Task.WhenAll(ReportAsync(channel, agent, objects[i % objects.Count], stop), PollAsync(channel, agent, stop));
        },
        CancellationToken.None)));

    public void Dispose()
    {
        foreach (var channel in _channels)
            channel.Dispose();
    }

    private async Task ReportAsync(GrpcChannel channel, SeededAgent agent, IReadOnlyList<Guid> objects, CancellationToken stop)
    {
        var health = new Wire.HealthService.HealthServiceClient(channel);
        var variants = new int[objects.Count];
        var random = new Random(agent.Id.GetHashCode());
        var (epoch, sequence, acknowledged) = (0L, 0L, 0L);
        var missing = new HashSet<string>();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (epoch == 0)
                {
                    var session = await new Wire.AgentService.AgentServiceClient(channel).StartSessionAsync(
                        new()
                        {
                            AgentId = $"{agent.Id}",
                            ReportIntervalSeconds = Math.Max(1, (int)interval.TotalSeconds),
                            AgentVersion = "0.0.0"
                        }, As(agent.Pak));
                    epoch = session.Epoch;
                }

                var changed = Enumerable.Range(0, objects.Count)
                    .Where(n => acknowledged == 0 || missing.Contains($"{objects[n]}") || random.NextDouble() < ChangedShare)
                    .ToList();
                var report = new Wire.ReportHealthRequest
                {
                    AgentId = $"{agent.Id}",
                    Epoch = epoch,
                    Sequence = ++sequence,
                    ConfirmsThrough = acknowledged,
                    CheckedAt = TimeProvider.System.GetUtcNow().ToTimestamp(),
                    DeploymentObjects = { changed.Select(n => SampleReports.Of(objects[n], n, ++variants[n])) },
                };
                var began = TimeProvider.System.GetTimestamp();
                var answer = await health.ReportHealthAsync(report, As(agent.Pak));
                Reports.Add(TimeProvider.System.GetElapsedTime(began));
                if (answer.Rejected.Count > 0 || answer.Missing.Count > 0)
                    Interlocked.Increment(ref _errors);
                if (acknowledged == 0)
                    Interlocked.Increment(ref _firstReports);
                acknowledged = sequence;
                missing = [.. answer.Missing];
                if (missing.Count > 0)
                    continue;
            }
            catch (RpcException)
            {
                Interlocked.Increment(ref _errors);
            }

            await PauseAsync(interval * (1 + (Jitter * ((2 * random.NextDouble()) - 1))), stop);
        }
    }

    private async Task PollAsync(GrpcChannel channel, SeededAgent agent, CancellationToken stop)
    {
        var diagnostics = new Wire.DiagnosticsService.DiagnosticsServiceClient(channel);
        while (!stop.IsCancellationRequested)
        {
            var began = TimeProvider.System.GetTimestamp();
            try
            {
                var options = BrokerProcess.As(agent.Pak, stop)
                    .WithDeadline((TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(WaitSeconds) + Deadline).UtcDateTime);
                await diagnostics.PollDiagnosticsAsync(new() { AgentId = $"{agent.Id}", WaitSeconds = WaitSeconds }, options);
                var beyond = TimeProvider.System.GetElapsedTime(began) - TimeSpan.FromSeconds(WaitSeconds);
                if (beyond > -EarlyEnd)
                    Polls.Add(beyond);
                else
                    Interlocked.Increment(ref _errors);
            }
            catch (RpcException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (RpcException)
            {
                Interlocked.Increment(ref _errors);
                await PauseAsync(TimeSpan.FromSeconds(1), stop);
            }
        }
    }

    private static Task PauseAsync(TimeSpan pause, CancellationToken stop) =>
        Task.Delay(pause, TimeProvider.System, stop).ContinueWith(_ => { }, TaskScheduler.Default);

    private static CallOptions As(string pak) =>
        BrokerProcess.As(pak, CancellationToken.None).WithDeadline((TimeProvider.System.GetUtcNow() + Deadline).UtcDateTime);
}
