using Brokkr.Contracts;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Health;

/// <summary>Rolls up what several agents say: worst status, summed pods, merged conditions, oldest look. Pure.</summary>
internal static class HealthRollup
{
    private static readonly JsonParser Stored = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>The worst of some statuses; healthy where there is none.</summary>
    public static Word Worst(IEnumerable<Word> statuses) =>
        statuses.Aggregate(Word.Healthy, (worst, next) => next.Rank() < worst.Rank() ? next : worst);

    /// <summary>Rolls up the rows of one deployment object; a single row without an agent means that none is targeted.</summary>
    public static Wire.ListedHealth Of(IReadOnlyCollection<VerdictRow> rows, TimeSpan staleAfter)
    {
        var first = rows.First();
        var verdicts = rows.Where(r => r.AgentId is not null).Select(r => VerdictOf(r, staleAfter))
            .OrderBy(v => v.Status.Rank()).ThenBy(v => v.AgentName, StringComparer.Ordinal).ToList();
        var rolled = new Wire.ListedHealth
        {
            Id = first.Id.ToString(),
            Name = first.Name,
            StackId = first.StackId.ToString(),
            Status = verdicts.Count == 0 ? Word.Unknown : verdicts[0].Status,
            Summary = verdicts.Count == 0 ? new() { Conditions = { Freshness.NoTarget } } : Merge(verdicts.ConvertAll(v => v.Summary)),
            CheckedAt = rows.Min(r => r.CheckedAt)?.ToTimestamp(),
        };
        rolled.Agents.AddRange(verdicts);
        return rolled;
    }

    private static Wire.AgentVerdict VerdictOf(VerdictRow row, TimeSpan staleAfter)
    {
        var freshness = Freshness.Of(row, staleAfter);
        var summary = row.Summary is null ? new() : Stored.Parse<Wire.HealthSummary>(row.Summary);
        if (freshness.Condition is { } condition && !summary.Conditions.Contains(condition))
            SetConditions(summary, summary.Conditions.Append(condition));
        var verdict = new Wire.AgentVerdict
        {
            AgentId = $"{row.AgentId}",
            AgentName = row.AgentName,
            Status = freshness.Status,
            Summary = summary,
            CheckedAt = row.CheckedAt?.ToTimestamp(),
            ReceivedAt = row.ReceivedAt?.ToTimestamp(),
            Since = freshness.Since?.ToTimestamp(),
        };
        if (freshness.LastKnown is { } lastKnown)
            verdict.LastKnownStatus = lastKnown;
        return verdict;
    }

    private static Wire.HealthSummary Merge(List<Wire.HealthSummary> summaries)
    {
        if (summaries is [var only])
            return only.Clone();
        var merged = new Wire.HealthSummary
        {
            PodsReady = Sum(s => s.PodsReady),
            PodsTotal = Sum(s => s.PodsTotal),
            Resources = { summaries.SelectMany(s => s.Resources).OrderBy(r => r.Ready).Take(Limits.SummaryRows) },
            Findings = { summaries.SelectMany(s => s.Findings).OrderBy(f => f.Severity.Rank()).Take(Limits.SummaryRows) },
        };
        merged.ResourcesOmitted = Sum(s => s.Resources.Count + s.ResourcesOmitted) - merged.Resources.Count;
        merged.FindingsOmitted = Sum(s => s.Findings.Count + s.FindingsOmitted) - merged.Findings.Count;
        SetConditions(merged, summaries.SelectMany(s => s.Conditions));
        return merged;

        int Sum(Func<Wire.HealthSummary, int> number) => (int)Math.Min(int.MaxValue, summaries.Sum(s => (long)number(s)));
    }

    private static void SetConditions(Wire.HealthSummary summary, IEnumerable<string> conditions)
    {
        var ordered = conditions.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        summary.Conditions.Clear();
        summary.Conditions.AddRange(ordered);
    }
}
