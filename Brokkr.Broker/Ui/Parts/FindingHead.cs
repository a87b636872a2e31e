namespace Brokkr.Broker.Ui.Parts;

/// <summary>What is shown of a finding, whether a report or a diagnostic has it.</summary>
/// <param name="Anchor">Its identifier on the page.</param>
/// <param name="Status">What it amounts to.</param>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Condition">Its condition beside the title; empty where the title says it.</param>
/// <param name="Where">Object and container.</param>
/// <param name="Facts">Exit code, signal, restarts and how many others say the same, as far as they are known.</param>
/// <param name="Since">Since when; null where nobody can say.</param>
/// <param name="Message">What the cluster said; empty where it said nothing.</param>
public sealed record FindingHead(
    string Anchor, string Status, string Title, string Condition, string Where, IReadOnlyList<string> Facts, DateTimeOffset? Since,
    string Message)
{
    /// <summary>Of a report. Pure.</summary>
    public static FindingHead Of(Wire.Finding finding) => new(
        Parts.Anchor.Of("finding", finding.Condition, finding.Kind, finding.Namespace, finding.Name, finding.Container),
        StatusShape.WordOf(finding.Severity), finding.Condition, "",
        Place(finding.Kind, finding.Namespace, finding.Name, finding.Container),
        FactsOf(finding), finding.Since?.ToDateTimeOffset(), finding.Message);

    /// <summary>Of a diagnostic. Pure.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="number">Its number, from 1.</param>
    public static FindingHead Of(Wire.DiagnosticFinding finding, int number)
    {
        var title = finding.Code.Replace('_', ' ');
        return new(
            $"finding-{number}", StatusShape.WordOf(finding.Severity),
            title.Length > 0 ? $"{char.ToUpperInvariant(title[0])}{title[1..]}" : "Finding", finding.Condition,
            Place(finding.Kind, finding.Namespace, finding.Name, finding.Container),
            [
                .. Known(finding.HasExitCode ? finding.ExitCode : null, finding.HasSignal ? finding.Signal : null, finding.Restarts),
                .. finding.Affected > 1 ? [$"{finding.Affected} objects alike"] : (string[])[],
            ],
            finding.Since?.ToDateTimeOffset(), finding.Message);
    }

    /// <summary>Exit code, signal and restarts, as far as they are known. Pure.</summary>
    public static IReadOnlyList<string> FactsOf(Wire.Finding finding) =>
        Known(finding.HasExitCode ? finding.ExitCode : null, finding.HasSignal ? finding.Signal : null, finding.Restarts);

    private static IReadOnlyList<string> Known(int? exitCode, int? signal, int restarts) =>
    [
        .. exitCode is { } code ? [$"exit code {code}"] : (string[])[],
        .. signal is { } number ? [$"signal {number}"] : (string[])[],
        .. restarts > 0 ? [$"{restarts} {(restarts == 1 ? "restart" : "restarts")}"] : (string[])[],
    ];

    private static string Place(string kind, string inNamespace, string name, string container)
    {
        var place = inNamespace.Length > 0 ? $"{inNamespace}/{name}" : name;
        return $"{kind} {place}{(container.Length > 0 ? $", container {container}" : "")}";
    }
}
