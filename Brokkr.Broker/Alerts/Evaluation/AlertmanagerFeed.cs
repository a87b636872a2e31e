using Brokkr.Broker.Alerts.Delivery;
using Brokkr.Broker.Alerts.Messages;
using Brokkr.Broker.Alerts.Receivers;
using Brokkr.Broker.Alerts.Secrets;
using Brokkr.Broker.Alerts.Telemetry;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Alerts.Evaluation;

/// <summary>
/// Tells every Alertmanager each minute all that is open, and for five minutes what ended; groups and repeats are its own. The broker that
/// looks after alerts does it, beside its passes, which wait for no Alertmanager.
/// </summary>
internal sealed class AlertmanagerFeed(AlertStore alerts, WatchStore watch, ReceiverStore receivers, Courier courier, SecretBox box,
    ConsoleLinks links, AlertMetrics metrics, DatabaseWatch database, TimeProvider clock, ILogger<AlertmanagerFeed> log)
    : BackgroundService
{
    /// <summary>So many alerts in one request.</summary>
    private const int Batch = 500;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5), Interval = TimeSpan.FromMinutes(1);

    private long? _fed;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        database.RunAsync(Tick, FeedIfDueAsync, log, stoppingToken);

    /// <summary>Tells all of them at once.</summary>
    internal async Task FeedAsync(CancellationToken ct) =>
        await Task.WhenAll((await receivers.AlertmanagersAsync(ct)).Select(row => FeedAsync(row, ct)));

    private async Task FeedIfDueAsync(CancellationToken ct)
    {
        if (!watch.IsWatching || (_fed is { } last && clock.GetElapsedTime(last) < Interval))
            return;
        var began = clock.GetTimestamp();
        await FeedAsync(ct);
        _fed = began;
    }

    private async Task FeedAsync(ReceiverRow row, CancellationToken ct)
    {
        var rows = await alerts.ForAlertmanagerAsync(row.Id, ct);
        var error = row.Open(box) is { } to ? await TellAsync(to, rows, ct) : ReceiverRow.NoKey;
        metrics.Sent(row.Kind, error is null);
        if (error is not null && error != row.LastError)
            AlertLog.AlertmanagerAway(log, row.Name, error);
        await receivers.NoteAsync(row.Id, [.. rows.Select(r => r.Id)], error ?? "", ct);
    }

    /// <summary>Answers what went wrong; null where nothing did.</summary>
    private async Task<string?> TellAsync(Receiver to, List<AlertRow> rows, CancellationToken ct)
    {
        foreach (var batch in rows.GroupBy(r => r.RuleName).SelectMany(rule => rule.Chunk(Batch)))
        {
            var body = AlertmanagerBody.Of(batch.Select(r => r.ToMessage(links)), batch[0].RuleName, clock.GetUtcNow());
            if ((await courier.PostAsync(to, body, ct)).Error is { } error)
                return error;
        }

        return null;
    }
}
