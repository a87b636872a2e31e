using System.Collections.Concurrent;
using Brokkr.Bench.Stage;
using Grpc.Core;

namespace Brokkr.Bench.Queue;

/// <summary>Operators who make requests and pollers who compete for them, on several brokers, several pollers with the same key.</summary>
internal sealed class PollerCrowd(IReadOnlyList<BrokerProcess> brokers)
{
    private const int Operators = 8;
    private const int WaitSeconds = 5;

    private readonly ConcurrentBag<(string Request, int Attempt, int Holder)> _claims = [];
    private int _errors;

    /// <summary>Calls that failed, but for claims that another was faster with.</summary>
    public int Errors => _errors;

    /// <summary>Claims beyond the first of each request: no lease runs out in so short a time.</summary>
    public int HandedOutTwice => _claims.Count - _claims.DistinctBy(c => c.Request).Count();

    /// <summary>Makes a request for every agent and deployment object.</summary>
    public async Task RequestAsync(string adminPak, IReadOnlyList<SeededAgent> agents, IReadOnlyList<Guid> objects, CancellationToken ct)
    {
        var all = new ConcurrentQueue<(Guid Agent, Guid Object)>(objects.SelectMany(o => agents.Select(a => (a.Id, o))));
        await Task.WhenAll(Enumerable.Range(0, Operators).Select(async o =>
        {
            using var channel = brokers[o % brokers.Count].Connect();
            var client = new Wire.DiagnosticsService.DiagnosticsServiceClient(channel);
            while (all.TryDequeue(out var next))
                await client.RequestDiagnosticsAsync(new() { Id = $"{next.Object}", AgentId = $"{next.Agent}" },
                    BrokerProcess.As(adminPak, ct));
        }));
    }

    /// <summary>A poller for each entry, until told to stop.</summary>
    public Task PollAsync(IReadOnlyList<SeededAgent> pollers, CancellationToken stop) =>
        Task.WhenAll(pollers.Select((agent, i) => PollAsync(i, agent, brokers[i % brokers.Count], stop)));

    private async Task PollAsync(int holder, SeededAgent agent, BrokerProcess broker, CancellationToken stop)
    {
        using var channel = broker.Connect();
        var client = new Wire.DiagnosticsService.DiagnosticsServiceClient(channel);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var polled = await client.PollDiagnosticsAsync(new() { AgentId = $"{agent.Id}", WaitSeconds = WaitSeconds },
                    BrokerProcess.As(agent.Pak, stop));
                foreach (var pending in polled.Requests.OrderBy(_ => Random.Shared.Next()))
                    await AnswerAsync(client, holder, agent, pending.Id);
            }
            catch (RpcException) when (stop.IsCancellationRequested)
            {
                // The end.
            }
            catch (RpcException)
            {
                Interlocked.Increment(ref _errors);
            }
        }
    }

    private async Task AnswerAsync(Wire.DiagnosticsService.DiagnosticsServiceClient client, int holder, SeededAgent agent, string request)
    {
        var options = BrokerProcess.As(agent.Pak, CancellationToken.None);
        Wire.ClaimDiagnosticResponse claim;
        try
        {
            claim = await client.ClaimDiagnosticAsync(new() { RequestId = request, ClaimKey = $"{holder}-{request}" }, options);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Aborted or StatusCode.NotFound)
        {
            // Another was faster.
            return;
        }

        _claims.Add((request, claim.Attempt, holder));
        await client.SubmitResultAsync(new() { RequestId = request, Attempt = claim.Attempt }, options);
    }
}
