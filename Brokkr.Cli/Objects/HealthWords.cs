using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Objects;

/// <summary>How health is said in a few words. Pure.</summary>
internal static class HealthWords
{
    public static string Pods(HealthSummary summary) => summary.PodsTotal == 0 ? "" : $"{summary.PodsReady}/{summary.PodsTotal}";

    /// <summary>Where it was seen: <c>Pod prod/web-1 app</c>.</summary>
    public static string Where(Finding finding) => Where(finding.Kind, finding.Namespace, finding.Name, finding.Container);

    public static string Where(string kind, string ns, string name, string container) =>
        $"{kind} {(ns.Length > 0 ? $"{ns}/" : "")}{name} {container}".TrimEnd();

    /// <summary>What is known of it in numbers: <c>exit code 3, 7 restarts</c>.</summary>
    public static string Facts(Finding finding, DateTimeOffset now) => string.Join(", ", ((IEnumerable<string?>)
    [
        finding.ExitCode is { } code ? $"exit code {code}" : null,
        finding.Signal is { } signal ? $"signal {signal}" : null,
        finding.Restarts > 0 ? $"{finding.Restarts} restart{(finding.Restarts == 1 ? "" : "s")}" : null,
        finding.Since is { } since ? $"for {Ages.Of(since, now)}" : null,
    ]).OfType<string>());

    /// <summary>In one line, what keeps it from being healthy: the worst agent, and the first that it found.</summary>
    public static string Blocking(string name, IReadOnlyList<AgentVerdict> agents)
    {
        if (agents.Count == 0)
            return $"{name}: no agent is targeted at its stack.";
        if (agents.FirstOrDefault(a => a.Status != "healthy") is not { } worst)
            return $"{name} is healthy.";
        var finding = worst.Summary.Findings.OrderBy(f => f.Severity == "healthy").FirstOrDefault();
        var why = finding is null ? string.Join(", ", worst.Summary.Conditions)
            : $"{finding.Condition}, {Where(finding)}: {finding.Message}";
        var pods = Pods(worst.Summary) is { Length: > 0 } count ? $" ({count} pods ready)" : "";
        return $"{name} is {worst.Status} on {worst.AgentName}{pods}: {(why.Length > 0 ? why : "nothing is said of it yet")}";
    }
}
