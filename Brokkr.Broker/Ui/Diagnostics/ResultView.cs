using Brokkr.Broker.Ui.Parts;

namespace Brokkr.Broker.Ui.Diagnostics;

/// <summary>What a diagnostic gathered, as its page shows it.</summary>
/// <param name="CollectedAt">When, by the agent's clock.</param>
/// <param name="Gaps">What could not be read, or was cut, as in <c>events in prod (forbidden)</c>.</param>
/// <param name="Reads">How many queries there were.</param>
/// <param name="Redacted">What was taken out of the texts, as in <c>12 secrets removed: jwt 9, password 3</c>; empty where nothing
/// was.</param>
/// <param name="Findings">What is wrong, the likeliest cause first.</param>
/// <param name="Pods">The pods, worst first.</param>
/// <param name="Events">The events, newest last, alike ones folded.</param>
/// <param name="Source">The result itself, for what is shown as it is.</param>
public sealed record ResultView(
    DateTimeOffset? CollectedAt, IReadOnlyList<Gap> Gaps, int Reads, string Redacted, IReadOnlyList<FindingView> Findings,
    IReadOnlyList<PodView> Pods,
    IReadOnlyList<EventView> Events, Wire.DiagnosticResult Source)
{
    /// <summary>Pure.</summary>
    public static ResultView Of(Wire.DiagnosticResult result)
    {
        var pods = result.PodStatuses.Select(p => PodView.Of(p, result)).ToList();
        var events = EventView.Fold(result.Events);
        var evidence = new Evidence(result, pods, events);
        return new(
            result.CollectedAt?.ToDateTimeOffset(), [.. result.Completeness.Where(o => o.Outcome != "ok").Select(Gap.Of)],
            result.Completeness.Count, Removed(result.Redaction),
            [.. result.Findings.Select((f, i) => FindingView.Of(f, i, evidence))], pods, events, result);
    }

    private static string Removed(Wire.Redaction? redaction)
    {
        if (redaction is null or { Total: 0 })
            return "";
        var counts = redaction.Counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal)
            .Select(c => $"{c.Key} {c.Value}");
        return $"{redaction.Total} {(redaction.Total == 1 ? "secret" : "secrets")} removed: {string.Join(", ", counts)}";
    }
}

/// <summary>A query that did not end well.</summary>
/// <param name="Query">What was asked for.</param>
/// <param name="Outcome">How it ended, in words.</param>
/// <param name="Message">What the API server said, or what was cut.</param>
public sealed record Gap(string Query, string Outcome, string Message)
{
    /// <summary>Pure.</summary>
    public static Gap Of(Wire.CollectionOutcome outcome) => new(outcome.Query, outcome.Outcome.Replace('_', ' '), outcome.Message);
}

/// <summary>One thing that is wrong.</summary>
/// <param name="Head">What was found.</param>
/// <param name="Evidence">The parts of the result that it is drawn from.</param>
/// <param name="Advice">What to do about it.</param>
public sealed record FindingView(FindingHead Head, IReadOnlyList<EvidenceLink> Evidence, string Advice)
{
    /// <summary>Pure.</summary>
    public static FindingView Of(Wire.DiagnosticFinding finding, int index, Evidence evidence) =>
        new(FindingHead.Of(finding, index + 1), [.. finding.Evidence.Select(evidence.Link)], finding.Advice);
}
