using Brokkr.Broker.Alerts.Receivers;
using Brokkr.Broker.Alerts.Rules;
using Brokkr.Broker.Alerts.Silences;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Alerts.Evaluation;

/// <summary>
/// Compares what stands with what is open, and what is open with what was told, all in one transaction: whatever is lost on the way is
/// found again by the next pass.
/// </summary>
internal sealed class WatchStore(Func<BrokerDb> openDb, AlertSilenceStore silences, TellingStore tellings, Staleness staleness)
{
    private readonly Guid _me = Guid.NewGuid();
    private volatile bool _isWatching;

    /// <summary>Whether this broker looked after alerts the last time that it tried.</summary>
    public bool IsWatching => _isWatching;

    /// <summary>One pass; false where another broker looks after alerts.</summary>
    public async Task<bool> RunAsync(CancellationToken ct)
    {
        _isWatching = false;
        await using var db = openDb();
        await using var transaction = await db.BeginTransactionAsync(ct);
        await db.RunAsync(AlertSql.Patience, new { }, ct);
        if (await db.FindAsync<WatchRow>($"{AlertSql.Take}, NOW() AS now", new { me = _me }, ct) is not { } watch)
            return false;
        var quiet = await silences.ListAsync(new Page<SilenceKey>(AlertSilenceStore.Most, null), ct);
        var rules = (await db.ListAsync<AlertRuleRow>(AlertSql.Rules, new { }, ct)).ConvertAll(r => r.ToRule());
        var receivers = await db.ListAsync<Guid>(ReceiverStore.TakersSql, new { }, ct);
        await db.RunAsync(AlertSql.EndOrphans, new { rules = rules.Select(r => r.Id).ToArray() }, ct);
        foreach (var rule in rules)
        {
            await db.ListAsync<int>(AlertSql.Objects(rule), RuleSql.ObjectsOf(rule, staleness.Seconds), ct);
            await db.ListAsync<int>(AlertSql.Agents, RuleSql.AgentsOf(rule, staleness.Seconds, watch.WatchingSince), ct);
        }

        await tellings.TellAsync(db, rules, [.. receivers], SilencesJson.Of(quiet, watch.Now), watch.Now, ct);
        await transaction.CommitAsync(ct);
        return _isWatching = true;
    }

    /// <summary>Leaves the watch to another broker, as one does that stops.</summary>
    public async Task ReleaseAsync(CancellationToken ct)
    {
        _isWatching = false;
        await using var db = openDb();
        await db.RunAsync(AlertSql.Release, new { me = _me }, ct);
    }
}
