using Brokkr.Broker.Fleet;
using Brokkr.Broker.Ui.Parts;
using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Ui.Objects;

/// <summary>
/// One sentence that says how it is: what stands before a length of time, since when that runs, and what stands after it.
/// </summary>
/// <param name="Status">The status of which it speaks.</param>
/// <param name="Before">What is said first.</param>
/// <param name="Since">Since when that holds; null where nobody can say.</param>
/// <param name="After">What is said then, up to the full stop.</param>
public sealed record Verdict(string Status, string Before, DateTimeOffset? Since, string After)
{
    /// <summary>What stands where no agent is targeted. Pure.</summary>
    public static Verdict Untargeted(string stack) =>
        new("unknown", $"No cluster is targeted at the stack {stack}: nothing runs it", null, ".");

    /// <summary>Pure.</summary>
    public static Verdict Of(Wire.AgentVerdict verdict)
    {
        var (agent, since) = (verdict.AgentName, verdict.Since?.ToDateTimeOffset());
        var (conditions, pods) = (verdict.Summary.Conditions, Pods(verdict.Summary));
        var status = StatusShape.WordOf(verdict.Status);
        if (verdict.Status == Word.Unknown && conditions.Contains(VerdictSql.Stale))
            return new(status, $"{agent} is silent for", since, $"; before that it was {LastKnown(verdict)}.");
        if (verdict.Status == Word.Unknown && conditions.Contains(VerdictSql.AwaitingReport))
            return new(status, $"{agent} was given it and has not reported yet, for", since, ": that takes a minute.");
        if (verdict.Status == Word.Unknown && conditions.Contains(VerdictSql.NeverReported))
            return new(status, $"{agent} has never reported about it, for", since, ": see whether its agent runs.");
        var (cause, rolls) = (Cause(verdict.Summary), verdict.RollingOut ? ", rolling out" : "");
        return verdict.Status == Word.Healthy
            ? new(status, $"Healthy in {agent} for", since, $"{rolls}: {pods}{(cause.Length > 0 ? $"; {cause}" : "")}.")
            : new(status, $"{Capital(status)} in {agent} for", since, $"{rolls}: {(cause.Length > 0 ? cause : pods)}.");
    }

    private static string LastKnown(Wire.AgentVerdict verdict) =>
        verdict.HasLastKnownStatus ? StatusShape.WordOf(verdict.LastKnownStatus) : "unknown";

    /// <summary>The worst finding in a few words; where there is none, the first condition.</summary>
    private static string Cause(Wire.HealthSummary summary)
    {
        if (summary.Findings.FirstOrDefault(f => f.Severity != Word.Healthy) is not { } finding)
            return summary.Conditions.FirstOrDefault() ?? "";
        var place = finding.Container.Length > 0
            ? $"container {finding.Container} of {finding.Kind} {finding.Name}"
            : $"{finding.Kind} {finding.Name}";
        return $"{finding.Condition} on {place}{string.Concat(FindingHead.FactsOf(finding).Select(f => $", {f}"))}";
    }

    private static string Pods(Wire.HealthSummary summary) =>
        summary.PodsTotal == 0 ? "it has no pods" : $"{summary.PodsReady} of {summary.PodsTotal} pods ready";

    private static string Capital(string word) => $"{char.ToUpperInvariant(word[0])}{word[1..].Replace('_', ' ')}";
}
