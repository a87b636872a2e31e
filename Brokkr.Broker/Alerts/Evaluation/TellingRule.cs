using Brokkr.Broker.Alerts.Messages;
using Brokkr.Broker.Alerts.Rules;

namespace Brokkr.Broker.Alerts.Evaluation;

/// <summary>Decides which groups are told of now, and what is said. Pure.</summary>
internal static class TellingRule
{
    private const string Resolved = "resolved";

    /// <summary>
    /// The groups whose time has come: the first message waits for what else may come, and a later one keeps its distance. Those that are
    /// only told again come last.
    /// </summary>
    public static List<Telling> DueOf(
        IEnumerable<NewsRow> news, IEnumerable<RepeatRow> repeats, Func<Guid, AlertRule?> ruleOf, DateTimeOffset now)
    {
        var due = (
            from row in news
            group row by (row.ReceiverId, row.RuleId, row.GroupKey) into rows
            let rule = ruleOf(rows.Key.RuleId)
            let first = rows.Where(r => !r.WasTold).Select(r => (DateTimeOffset?)r.OpenedAt).Min()
            let waited = first + TimeSpan.FromSeconds(rule?.Wait ?? 0)
            let apart = rows.First().ToldAt + TimeSpan.FromSeconds(rule?.Interval ?? 0)
            where (waited is null || waited <= now || rows.Any(r => r.WasTold)) && (apart is null || apart <= now)
            orderby rows.Min(r => r.OpenedAt)
            select new Telling(rows.Key.ReceiverId, rows.Key.RuleId, rule?.Name ?? rows.First().RuleName, rows.Key.GroupKey, [.. rows],
                rows.Count(r => r.Tells != Resolved)))
            .ToList();
        var told = due.Select(d => (d.ReceiverId, d.RuleId, d.GroupKey)).ToHashSet();
        due.AddRange(repeats.Where(r => !told.Contains((r.ReceiverId, r.RuleId, r.GroupKey)))
            .Select(r => new Telling(r.ReceiverId, r.RuleId, ruleOf(r.RuleId)!.Name, r.GroupKey, [], r.Firing)));
        return due;
    }

    /// <summary>What a receiver is told of a group. The rows are the worst of its alerts, at least one.</summary>
    public static Message MessageOf(List<AlertRow> rows, Telling telling, DateTimeOffset now, ConsoleLinks links)
    {
        var first = rows[0];
        var isSilence = first.StackId is null;
        var type = first.Firing == 0 ? isSilence ? MessageTypes.AgentReturned : MessageTypes.Resolved
            : isSilence ? MessageTypes.AgentSilent
            : first.Told > 0 ? MessageTypes.Updated : MessageTypes.Firing;
        return new(type, now, new(telling.GroupKey, telling.RuleName, links.ToAlerts(), new(first.Firing, first.Resolved),
            first.Firing + first.Resolved - rows.Count, rows.ConvertAll(r => r.ToMessage(links)), RuleId: telling.RuleId));
    }

    /// <summary>What a receiver is told of so many groups that they cannot be told one by one.</summary>
    public static Message StormOf(List<Telling> rest, DateTimeOffset now, ConsoleLinks links)
    {
        var groups = rest.ConvertAll(t =>
            new MessageGroup(t.GroupKey, t.RuleName, t.Firing, t.News.Count(n => n.Tells == Resolved)));
        return new(MessageTypes.Storm, now, new("", "", links.ToAlerts(), new(groups.Sum(g => g.Firing), groups.Sum(g => g.Resolved)),
            Math.Max(0, groups.Count - Message.MostAlerts), [],
            [.. groups.OrderByDescending(g => g.Firing).Take(Message.MostAlerts)]));
    }
}
