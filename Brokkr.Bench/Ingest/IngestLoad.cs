using Brokkr.Bench.Load;
using Brokkr.Bench.Results;
using Brokkr.Bench.Stage;
using Grpc.Core;
using Grpc.Net.Client;

namespace Brokkr.Bench.Ingest;

/// <summary>So many reporters at once, each for agents of its own in turn, each as fast as the broker answers.</summary>
internal sealed class IngestLoad(BrokerProcess broker, IngestFleet fleet, int clients)
{
    private const int Connections = 4;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    private readonly int _own = fleet.Agents.Count / clients;
    private long _rows;
    private int _errors;

    public Latencies Calls { get; private set; } = new();

    public long Rows => Interlocked.Read(ref _rows);

    /// <summary>Calls that failed, and those of which something was not stored.</summary>
    public int Errors => _errors;

    /// <summary>Forgets what was measured so far: the warm-up.</summary>
    public void Forget() => (Calls, _rows, _errors) = (new(), 0, 0);

    /// <summary>Reports until told to stop, or until each agent has sent so many reports.</summary>
    /// <param name="epochs">The agents' sessions.</param>
    /// <param name="stop">Ends the load.</param>
    /// <param name="from">How many reports each agent has sent in its session already.</param>
    /// <param name="reports">How many reports each agent is to send.</param>
    public async Task RunAsync(IReadOnlyList<long> epochs, CancellationToken stop, int from = 0, int reports = int.MaxValue / 2)
    {
        var (first, last) = ((long)_own * from, (long)_own * (from + (long)reports));
        GrpcChannel[] channels = [.. Enumerable.Range(0, Connections).Select(_ => broker.Connect())];
        await Task.WhenAll(Enumerable.Range(0, clients)
            .Select(c =>
            Task.Run(() =>
            ReportAsync(c, new(channels[c % Connections].CreateCallInvoker()), epochs, (first, last), stop), CancellationToken.None)));
        foreach (var channel in channels)
            channel.Dispose();
    }

    private async Task ReportAsync(int client, ReportCalls calls, IReadOnlyList<long> epochs, (long First, long Last) sequences,
        CancellationToken stop)
    {
        for (var sequence = sequences.First + 1; sequence <= sequences.Last && !stop.IsCancellationRequested; sequence++)
        {
            var agent = (int)((client * _own) + (sequence % _own));
            var message = fleet.Messages[agent][sequence / _own % IngestFleet.Variants];
            var began = TimeProvider.System.GetTimestamp();
            try
            {
                var options = BrokerProcess.As(fleet.Agents[agent].Pak, CancellationToken.None)
                    .WithDeadline((TimeProvider.System.GetUtcNow() + Deadline).UtcDateTime);
                var answer = await calls.SendAsync(message, new() { Epoch = epochs[agent], Sequence = sequence }, options);
                Calls.Add(TimeProvider.System.GetElapsedTime(began));
                Interlocked.Add(ref _rows, answer.Accepted);
                if (answer.Rejected.Count > 0)
                    Interlocked.Increment(ref _errors);
            }
            catch (RpcException)
            {
                Interlocked.Increment(ref _errors);
            }
        }
    }
}
