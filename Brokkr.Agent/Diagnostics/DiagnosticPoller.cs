using System.Collections.Concurrent;
using Brokkr.Agent.Broker;
using Brokkr.Agent.Targets;

namespace Brokkr.Agent.Diagnostics;

/// <summary>
/// Finds diagnostic requests and has them answered, a few at a time, in a loop of its own. The broker holds the call until there is one.
/// </summary>
internal sealed class DiagnosticPoller(
    Wire.DiagnosticsService.DiagnosticsServiceClient broker, DiagnosticResponder responder, BrokerHealth brokerHealth,
    TargetNews news, ConnectionOptions options, TimeProvider clock) : BackgroundService
{
    private const int AtOnce = 2;
    private const int WaitSeconds = 30;

    /// <summary>An empty answer sooner than this comes from a broker that does not hold the call.</summary>
    private static readonly TimeSpan ShortestHold = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, DiagnosticWork> _inHand = new(StringComparer.Ordinal);

    internal int InHand => _inHand.Count;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await brokerHealth.RepeatAsync(TimeSpan.Zero, PollAsync, stoppingToken);
        }
        finally
        {
            await Task.WhenAll(_inHand.Values.Select(w => w.Ended)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// One pass: asks, drops what is withdrawn, takes what there is room for; and pauses where the next pass would come too soon.
    /// </summary>
    internal async Task PollAsync(CancellationToken ct)
    {
        if (!responder.IsReady)
        {
            await Task.Delay(ShortestHold, clock, ct);
            return;
        }

        var (began, room) = (clock.GetTimestamp(), AtOnce - _inHand.Count);
        // Without room the call only tells what is withdrawn.
        var wait = room > 0 ? WaitSeconds : 0;
        var known = news.Known;
        var request = new Wire.PollDiagnosticsRequest
        {
            AgentId = options.AgentId,
            WaitSeconds = wait,
            Held = { _inHand.Keys },
            KnownTargetNumber = known,
        };
        var deadline = clock.GetUtcNow() + TimeSpan.FromSeconds(wait) + BrokerConnection.Deadline;
        var answer = await broker.PollDiagnosticsAsync(request, deadline: deadline.UtcDateTime, cancellationToken: ct);
        if (answer.HasTargetNumber)
            news.Hear(answer.TargetNumber);
        foreach (var id in answer.Withdrawn)
        {
            if (_inHand.TryGetValue(id, out var withdrawn))
                withdrawn.Drop();
        }

        var taken = answer.Requests.Where(r => !_inHand.ContainsKey(r.Id)).Take(room).ToList();
        foreach (var pending in taken)
            await TakeAsync(pending, ct);
        var cameAtOnce = clock.GetElapsedTime(began) < ShortestHold && !(answer.HasTargetNumber && answer.TargetNumber != known);
        if (room == 0 || (taken.Count == 0 && cameAtOnce))
            await Task.WhenAny([Task.Delay(TimeSpan.FromSeconds(options.PollInterval), clock, ct), .. _inHand.Values.Select(w => w.Ended)]);
    }

    private async Task TakeAsync(Wire.PendingDiagnostic pending, CancellationToken ct)
    {
        if (await responder.ClaimAsync(pending, ct) is not { } claim)
            return;
        var work = DiagnosticWork.Start(stop => responder.AnswerAsync(claim, stop), ct);
        _inHand[pending.Id] = work;
        _ = work.Ended.ContinueWith(_ =>
            _inHand.TryRemove(pending.Id, out var _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }
}
