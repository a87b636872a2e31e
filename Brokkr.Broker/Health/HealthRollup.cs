using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Contracts;
using Google.Protobuf.WellKnownTypes;
using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Health;

/// <summary>Rolls up what several agents say: worst status, summed pods, merged conditions, oldest look. Pure.</summary>
internal static class HealthRollup
{
    /// <summary>Rolls up rows by deployment object, in the order in which they come.</summary>
    public static IEnumerable<Wire.ListedHealth> ByObject(ObjectVerdicts verdicts)
    {
        var all = verdicts.All.ToDictionary(r => r.Id);
        return verdicts.Rows.GroupBy(r => r.Id).Select(g => Of([.. g], all.GetValueOrDefault(g.Key)));
    }

    /// <summary>
    /// Rolls up the rows of one deployment object, and what all of its agents come to where these are some of them; a single row without an
    /// agent means that none is to run it.
    /// </summary>
    private static Wire.ListedHealth Of(List<VerdictRow> rows, RollupRow? all)
    {
        var first = rows[0];
        var shown = rows.Where(r => r.AgentId is not null).Take(ObjectVerdictSql.Shown).ToList();
        var verdicts = shown.Select(VerdictWire.ToVerdict)
            .OrderBy(v => v.Status.Rank()).ThenBy(v => v.AgentName, StringComparer.Ordinal).ToList();
        var rolled = new Wire.ListedHealth
        {
            Id = first.Id.ToString(),
            Name = first.Name,
            StackId = first.StackId.ToString(),
            Status = verdicts.Count == 0 ? Word.Unknown : verdicts[0].Status,
            Summary = verdicts.Count == 0 ? Nobody(first) : Merge(verdicts.ConvertAll(v => v.Summary)),
            CheckedAt = rows.Min(r => r.CheckedAt)?.ToTimestamp(),
            Since = verdicts.Where(v => v.Status == verdicts[0].Status).Min(v => v.Since),
            RollingOut = verdicts.Exists(v => v.RollingOut),
        };
        rolled.Agents.AddRange(verdicts);
        rolled.AgentsTotal = all?.Agents ?? verdicts.Count;
        if (rows.Count > shown.Count && shown is [.., var last])
            rolled.AgentsPageToken = Page.TokenOf(new AgentVerdictKey(first.Id, last.Status!.Value, last.AgentName!));
        if (all is not null)
            Complete(rolled, all);
        return rolled;
    }

    /// <summary>Resources and findings stay those of the agents that are shown, which are the worst; how many there are is told.</summary>
    private static void Complete(Wire.ListedHealth rolled, RollupRow all)
    {
        (rolled.Status, rolled.RollingOut) = (all.Worst, all.IsRollingOut);
        (rolled.CheckedAt, rolled.Since) = (all.CheckedAt?.ToTimestamp(), all.Since?.ToTimestamp());
        var summary = rolled.Summary;
        (summary.PodsReady, summary.PodsTotal) = (all.PodsReady, all.PodsTotal);
        summary.ResourcesOmitted = Math.Max(0, all.Resources - summary.Resources.Count);
        summary.FindingsOmitted = Math.Max(0, all.Findings - summary.Findings.Count);
        summary.SetConditions(all.Conditions);
    }

    private static Wire.HealthSummary Nobody(VerdictRow row) =>
        new() { Conditions = { row.IsSuperseded ? VerdictSql.Superseded : VerdictSql.NoTarget } };

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
        merged.SetConditions(summaries.SelectMany(s => s.Conditions));
        return merged;

        int Sum(Func<Wire.HealthSummary, int> number) => (int)Math.Min(int.MaxValue, summaries.Sum(s => (long)number(s)));
    }
}
