using System.Collections.Concurrent;
using Brokkr.Broker.Alerts.Messages;
using Brokkr.Broker.Alerts.Receivers;
using Brokkr.Broker.Alerts.Telemetry;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Alerts.Delivery;

/// <summary>Sends what is to be sent, on every broker; what a broker left half done is taken up by another.</summary>
internal sealed class Dispatcher(DeliveryStore deliveries, Courier courier, AlertMetrics metrics, DatabaseWatch database,
    TimeProvider clock, ILogger<Dispatcher> log)
    : BackgroundService
{
    /// <summary>Of one receiver two at a time: many have to hang before others wait.</summary>
    private const int AtOnce = 64;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1), FirstWait = TimeSpan.FromSeconds(5),
        LongestWait = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<Guid, Task> _running = new();
    private int _started;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.RunAsync(Interval, LaunchAsync, log, stoppingToken);
        await Task.WhenAll(_running.Values);
    }

    /// <summary>Sends until nothing is due.</summary>
    internal async Task SendAsync(CancellationToken ct)
    {
        do
        {
            await LaunchAsync(ct);
            await Task.WhenAll(_running.Values);
        }
        while (_started > 0);
    }

    /// <summary>Starts what is due, and waits for none that hangs.</summary>
    private async Task LaunchAsync(CancellationToken ct)
    {
        _started = 0;
        while (AtOnce - _running.Count is var room and > 0 && await deliveries.ClaimAsync(room, ct) is { Count: > 0 } claimed)
        {
            _started += claimed.Count;
            var receivers = (await deliveries.ReceiversAsync([.. claimed.Select(c => c.ReceiverId).Distinct()], ct))
                .ToDictionary(r => r.Id);
            foreach (var row in claimed.Where(c => receivers.ContainsKey(c.ReceiverId)))
            {
                var sending = SendAsync(row, receivers[row.ReceiverId], ct);
                _running[row.Id] = sending;
                _ = sending.ContinueWith(_ => _running.TryRemove(row.Id, out var _), TaskScheduler.Default);
            }

            await Task.WhenAny([.. _running.Values, Task.Delay(Interval, clock, ct)]);
        }
    }

    private async Task SendAsync(ClaimedRow claimed, ReceiverRow receiver, CancellationToken ct)
    {
        try
        {
            var outcome = await courier.SendAsync(receiver, claimed.Id, Message.Parse(claimed.Body), ct);
            metrics.Sent(receiver.Kind, outcome.Error is null);
            if (outcome.Error is null)
                await deliveries.DeliveredAsync(claimed.Id, ct);
            else
                await NoteAsync(claimed, receiver, outcome, ct);
        }
        catch (Exception e) when (ct.IsCancellationRequested || DatabaseFailure.IsTransient(e))
        {
            // What nobody could note is sent again, under the same identifier, when the claim is over.
        }
        catch (Exception e)
        {
            AlertLog.NotNoted(log, e, claimed.Id, receiver.Name);
        }
    }

    private async Task NoteAsync(ClaimedRow claimed, ReceiverRow receiver, Outcome outcome, CancellationToken ct)
    {
        var wait = WaitOf(claimed.Attempts, outcome.RetryAfter, Random.Shared.NextDouble());
        var isDead = await deliveries.FailedAsync(claimed.Id, outcome, wait, ct);
        if (isDead)
            AlertLog.GivenUp(log, claimed.Id, receiver.Name, outcome.Error!);
        else if (claimed.Attempts == 1)
            AlertLog.NotDelivered(log, claimed.Id, receiver.Name, outcome.Error!);
    }

    /// <summary>
    /// How long to wait after so many tries: twice as long each time, spread by a quarter, and never sooner than is asked. Pure.
    /// </summary>
    internal static TimeSpan WaitOf(int attempts, TimeSpan? asked, double luck)
    {
        var grown = FirstWait * Math.Pow(2, Math.Min(attempts - 1, 20));
        var wait = (grown < LongestWait ? grown : LongestWait) * (1 + luck / 4);
        return asked > wait ? asked.Value : wait;
    }
}
