using Brokkr.Broker.Alerts.Messages;
using Brokkr.Broker.Alerts.Rules;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Alerts.Evaluation;

/// <summary>Compares what is open with what was told, and writes the messages that are missing, within the transaction of a pass.</summary>
internal sealed class TellingStore(ConsoleLinks links)
{
    /// <summary>More messages than this to one receiver within ten minutes become one.</summary>
    public const int MostMessages = 20;

    /// <summary>Writes what the receivers do not know yet.</summary>
    /// <param name="db">The pass's transaction.</param>
    /// <param name="rules">The rules that count.</param>
    /// <param name="receivers">Who is told.</param>
    /// <param name="silences">What is not, as <see cref="SilencesJson"/>.</param>
    /// <param name="now">The pass's time, by the database.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task TellAsync(
        BrokerDb db, List<AlertRule> rules, Guid[] receivers, string silences, DateTimeOffset now, CancellationToken ct)
    {
        if (receivers.Length == 0)
            return;
        var news = await db.ListAsync<NewsRow>(TellingSql.Ended, new { receivers }, ct);
        var repeats = new List<RepeatRow>();
        foreach (var rule in rules)
        {
            var parameters = new
            {
                rule = rule.Id,
                receivers = rule.ReceiverIds.Count == 0 ? receivers : [.. receivers.Intersect(rule.ReceiverIds)],
                silences,
                repeat = rule.RepeatMinutes,
                recover = rule.Recover,
                worst = AlertSql.WorstFirst,
            };
            news.AddRange(await db.ListAsync<NewsRow>(TellingSql.Open, parameters, ct));
            if (rule.RepeatMinutes > 0)
                repeats.AddRange(await db.ListAsync<RepeatRow>(TellingSql.Repeats, parameters, ct));
        }

        var byId = rules.ToDictionary(r => r.Id);
        var due = TellingRule.DueOf(news, repeats, byId.GetValueOrDefault, now);
        if (due.Count == 0)
            return;
        var recent = (await db.ListAsync<RecentRow>(TellingSql.Recent, new { receivers }, ct)).ToDictionary(r => r.ReceiverId);
        foreach (var of in due.GroupBy(d => d.ReceiverId))
            await TellAsync(db, [.. of], recent.GetValueOrDefault(of.Key), now, ct);
    }

    /// <summary>Tells one receiver: so much one by one, and of the rest that there is more.</summary>
    private async Task TellAsync(BrokerDb db, List<Telling> due, RecentRow? recent, DateTimeOffset now, CancellationToken ct)
    {
        var room = Math.Max(0, MostMessages - (recent?.Messages ?? 0));
        foreach (var telling in due.Take(room))
        {
            var rows = await db.ListAsync<AlertRow>(TellingSql.Group, new
            {
                receiver = telling.ReceiverId,
                news = telling.News.Select(n => n.AlertId).ToArray(),
                rule = telling.RuleId,
                groupKey = telling.GroupKey,
                worst = AlertSql.WorstFirst,
                limit = Message.MostAlerts,
            }, ct);
            await SaveAsync(db, [telling], telling.RuleId, telling.GroupKey, TellingRule.MessageOf(rows, telling, now, links), ct);
        }

        var rest = due.Skip(room).ToList();
        if (rest.Count > 0 && recent?.HadStorm != true)
            await SaveAsync(db, rest, Guid.Empty, "", TellingRule.StormOf(rest, now, links), ct);
    }

    private static Task<int> SaveAsync(
        BrokerDb db, List<Telling> tellings, Guid rule, string groupKey, Message message, CancellationToken ct)
    {
        var news = tellings.SelectMany(t => t.News).ToList();
        return db.RunAsync(TellingSql.Save, new
        {
            id = Guid.NewGuid(),
            receiver = tellings[0].ReceiverId,
            rule,
            groupKey,
            news = news.Select(n => n.AlertId).ToArray(),
            tells = news.Select(n => n.Tells).ToArray(),
            rules = tellings.Select(t => t.RuleId).ToArray(),
            groups = tellings.Select(t => t.GroupKey).ToArray(),
            type = message.Type,
            body = message.ToJson(),
            alerts = message.Data.Totals.Firing + message.Data.Totals.Resolved,
        }, ct);
    }
}
