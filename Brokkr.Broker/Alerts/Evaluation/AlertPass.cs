using Brokkr.Broker.Alerts.Messages;
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
internal sealed class AlertPass(Func<BrokerDb> openDb, AlertSilenceStore silences, Staleness staleness, ConsoleLinks links)
{
    /// <summary>More messages than this to one receiver within ten minutes become one.</summary>
    public const int MostMessages = 20;

    internal static readonly string[] WorstFirst = ["failing", "silent", "degraded", "unknown"];

    private readonly Guid _me = Guid.NewGuid();

    /// <summary>One pass; false where another broker looks after alerts.</summary>
    public async Task<bool> RunAsync(CancellationToken ct)
    {
        var quiet = await silences.ListAsync(new Page<SilenceKey>(AlertSilenceStore.Most, null), ct);
        await using var db = openDb();
        await using var transaction = await db.BeginTransactionAsync(ct);
        if (await db.FindAsync<WatchRow>($"{AlertSql.Take}, NOW() AS now", new { me = _me }, ct) is not { } watch)
            return false;
        var rules = (await db.ListAsync<AlertRuleRow>(AlertSql.Rules, new { }, ct)).ConvertAll(r => r.ToRule());
        var receivers = await db.ListAsync<Guid>(ReceiverStore.TakersSql, new { }, ct);
        var call = new Call(db, rules, SilencesJson.Of(quiet, watch.Now), watch, staleness.Seconds, links, ct);
        await db.RunAsync(AlertSql.EndOrphans, new { rules = rules.Select(r => r.Id).ToArray() }, ct);
        foreach (var rule in rules)
            await call.FollowAsync(rule);
        await call.TellAsync([.. receivers]);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>One pass within its transaction.</summary>
    private sealed record Call(
        BrokerDb Db, List<AlertRule> Rules, string Silences, WatchRow Watch, int StaleAfter, ConsoleLinks Links, CancellationToken Ct)
    {
        public async Task FollowAsync(AlertRule rule)
        {
            await Db.ListAsync<int>(AlertSql.Objects, RuleSql.ObjectsOf(rule, StaleAfter, WorstFirst), Ct);
            await Db.ListAsync<int>(AlertSql.Agents, RuleSql.AgentsOf(rule, StaleAfter, Watch.WatchingSince), Ct);
        }

        public async Task TellAsync(Guid[] receivers)
        {
            if (receivers.Length == 0)
                return;
            var news = await Db.ListAsync<NewsRow>(TellingSql.Ended, new { receivers }, Ct);
            var repeats = new List<RepeatRow>();
            foreach (var rule in Rules)
            {
                var parameters = new
                {
                    rule = rule.Id,
                    ruleName = rule.Name,
                    receivers = rule.ReceiverIds.Count == 0 ? receivers : [.. receivers.Intersect(rule.ReceiverIds)],
                    silences = Silences,
                    repeat = rule.RepeatMinutes,
                };
                news.AddRange(await Db.ListAsync<NewsRow>(TellingSql.Open, parameters, Ct));
                if (rule.RepeatMinutes > 0)
                    repeats.AddRange(await Db.ListAsync<RepeatRow>(TellingSql.Repeats, parameters, Ct));
            }

            var due = Telling.DueOf(news, name => Rules.Find(r => r.Name == name), Watch.Now).ToList();
            due.AddRange(repeats.Select(r => new Telling(r.ReceiverId, r.RuleName, r.GroupKey, []))
                .Where(r => !due.Exists(d => (d.ReceiverId, d.RuleName, d.GroupKey) == (r.ReceiverId, r.RuleName, r.GroupKey))));
            if (due.Count == 0)
                return;
            var recent = (await Db.ListAsync<RecentRow>(TellingSql.Recent, new { receivers }, Ct)).ToDictionary(r => r.ReceiverId);
            foreach (var of in due.GroupBy(d => d.ReceiverId))
                await TellAsync(of.Key, [.. of], recent.GetValueOrDefault(of.Key));
        }

        /// <summary>Tells one receiver: so much one by one, and of the rest that there is more.</summary>
        private async Task TellAsync(Guid receiver, List<Telling> due, RecentRow? recent)
        {
            var room = Math.Max(0, MostMessages - (recent?.Messages ?? 0));
            foreach (var telling in due.Take(room))
                await SaveAsync(receiver, [telling], telling.RuleName, telling.GroupKey, await MessageOfAsync(telling));
            var rest = due.Skip(room).Where(t => t.News.Count > 0).ToList();
            if (rest.Count > 0 && recent?.HadStorm != true)
                await SaveAsync(receiver, rest, "", "", StormOf(rest));
        }

        private async Task<Message> MessageOfAsync(Telling telling)
        {
            var rows = await Db.ListAsync<AlertRow>(TellingSql.Group, new
            {
                receiver = telling.ReceiverId,
                news = telling.News.Select(n => n.AlertId).ToArray(),
                ruleName = telling.RuleName,
                groupKey = telling.GroupKey,
                worst = WorstFirst,
                limit = Message.MostAlerts,
            }, Ct);
            return MessageOf(rows, telling.RuleName, telling.GroupKey, Watch.Now, Links);
        }

        private Message StormOf(List<Telling> rest)
        {
            var groups = rest.ConvertAll(t =>
                new MessageGroup(t.GroupKey, t.RuleName, t.News.Count(n => n.Tells != "resolved"),
                    t.News.Count(n => n.Tells == "resolved")));
            return new(MessageTypes.Storm, Watch.Now, new("", "", Links.ToAlerts(),
                new(groups.Sum(g => g.Firing), groups.Sum(g => g.Resolved)), Math.Max(0, groups.Count - Message.MostAlerts), [],
                [.. groups.OrderByDescending(g => g.Firing).Take(Message.MostAlerts)]));
        }

        private Task<int> SaveAsync(Guid receiver, List<Telling> tellings, string ruleName, string groupKey, Message message)
        {
            var news = tellings.SelectMany(t => t.News).ToList();
            return Db.RunAsync(TellingSql.Save, new
            {
                receiver,
                ruleName,
                groupKey,
                news = news.Select(n => n.AlertId).ToArray(),
                tells = news.Select(n => n.Tells).ToArray(),
                rules = tellings.Select(t => t.RuleName).ToArray(),
                groups = tellings.Select(t => t.GroupKey).ToArray(),
                type = message.Type,
                body = message.ToJson(),
                alerts = message.Data.Totals.Firing + message.Data.Totals.Resolved,
            }, Ct);
        }
    }

    /// <summary>What a receiver is told of a group. The rows are the worst of its alerts, at least one. Pure.</summary>
    internal static Message MessageOf(List<AlertRow> rows, string rule, string groupKey, DateTimeOffset now, ConsoleLinks links)
    {
        var first = rows[0];
        var isSilence = first.StackId is null;
        var type = first.Firing == 0 ? isSilence ? MessageTypes.AgentReturned : MessageTypes.Resolved
            : isSilence ? MessageTypes.AgentSilent
            : first.Told > 0 ? MessageTypes.Updated : MessageTypes.Firing;
        return new(type, now, new(groupKey, rule, links.ToAlerts(), new(first.Firing, first.Resolved),
            first.Firing + first.Resolved - rows.Count, rows.ConvertAll(r => r.ToMessage(links))));
    }
}
