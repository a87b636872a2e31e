using Brokkr.Broker.Alerts.Rules;

namespace Brokkr.Broker.Alerts.Evaluation;

/// <summary>A group of which a receiver is to be told now.</summary>
/// <param name="ReceiverId">The receiver.</param>
/// <param name="RuleName">The rule.</param>
/// <param name="GroupKey">The group.</param>
/// <param name="News">What it does not know yet; empty where it is told again.</param>
internal sealed record Telling(Guid ReceiverId, string RuleName, string GroupKey, IReadOnlyList<NewsRow> News)
{
    /// <summary>
    /// The groups whose time has come: the first message waits for what else may come, and a later one keeps its distance. Pure.
    /// </summary>
    public static IEnumerable<Telling> DueOf(IEnumerable<NewsRow> news, Func<string, AlertRule?> ruleOf, DateTimeOffset now) =>
        from row in news
        group row by (row.ReceiverId, row.RuleName, row.GroupKey) into rows
        let rule = ruleOf(rows.Key.RuleName)
        let first = rows.Where(r => !r.WasTold).Select(r => (DateTimeOffset?)r.OpenedAt).Min()
        let waited = first + TimeSpan.FromSeconds(rule?.Wait ?? 0)
        let apart = rows.First().ToldAt + TimeSpan.FromSeconds(rule?.Interval ?? 0)
        where (waited is null || waited <= now || rows.Any(r => r.WasTold)) && (apart is null || apart <= now)
        orderby rows.Min(r => r.OpenedAt)
        select new Telling(rows.Key.ReceiverId, rows.Key.RuleName, rows.Key.GroupKey, [.. rows]);
}
