using Brokkr.Broker.Alerts.Telemetry;
using Brokkr.Broker.Alerts.Messages;
using Brokkr.Contracts;

namespace Brokkr.Broker.Alerts.Delivery;

/// <summary>Sends what is to be sent, on every broker; what a broker left half done is taken up by another.</summary>
internal sealed class Dispatcher(DeliveryStore deliveries, Courier courier, AlertMetrics metrics, TimeProvider clock,
    ILogger<Dispatcher> log)
    : BackgroundService
{
    private const int AtOnce = 16;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1), FirstWait = TimeSpan.FromSeconds(5),
        LongestWait = TimeSpan.FromHours(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Periodic.RunAsync(Interval, clock, SendAsync, log, stoppingToken);

    /// <summary>Sends until nothing is due.</summary>
    internal async Task SendAsync(CancellationToken ct)
    {
        while (await deliveries.ClaimAsync(AtOnce, ct) is { Count: > 0 } claimed)
        {
            var receivers = (await deliveries.ReceiversAsync([.. claimed.Select(c => c.ReceiverId).Distinct()], ct))
                .ToDictionary(r => r.Id);
            await Task.WhenAll(claimed.Where(c => receivers.ContainsKey(c.ReceiverId))
                .Select(c => SendAsync(c, receivers[c.ReceiverId], ct)));
        }
    }

    private async Task SendAsync(ClaimedRow claimed, Receivers.ReceiverRow receiver, CancellationToken ct)
    {
        var outcome = await courier.SendAsync(receiver, claimed.Id, Message.Parse(claimed.Body), ct);
        metrics.Sent(receiver.Kind, outcome.Error is null);
        if (outcome.Error is null)
        {
            await deliveries.DeliveredAsync(claimed.Id, ct);
            return;
        }

        var wait = WaitOf(claimed.Attempts, outcome.RetryAfter, Random.Shared.NextDouble());
        var isDead = await deliveries.FailedAsync(claimed.Id, outcome, wait, ct);
        if (isDead)
            AlertLog.GivenUp(log, claimed.Id, receiver.Name, outcome.Error);
        else if (claimed.Attempts == 1)
            AlertLog.NotDelivered(log, claimed.Id, receiver.Name, outcome.Error);
    }

    /// <summary>
    /// How long to wait after so many tries: twice as long each time, spread by a quarter, and never sooner than is asked. Pure.
    /// </summary>
    internal static TimeSpan WaitOf(int attempts, TimeSpan? asked, double luck)
    {
        var grown = FirstWait * Math.Pow(2, Math.Min(attempts - 1, 20));
        var wait = (grown < LongestWait ? grown : LongestWait) * (1 + luck / 4);
        return asked > wait ? asked.Value < TimeSpan.FromDays(1) ? asked.Value : TimeSpan.FromDays(1) : wait;
    }
}
