using Brokkr.Broker.Ui.Parts;
using Brokkr.Contracts.Text;

namespace Brokkr.Broker.Ui.Objects;

/// <summary>One observed fact behind a verdict, with what the documentation says of it.</summary>
/// <param name="Anchor">Its identifier on the page.</param>
/// <param name="Status">What it amounts to.</param>
/// <param name="Where">Object and container.</param>
/// <param name="Facts">Exit code, signal and restarts, as far as they are known.</param>
/// <param name="Since">Since when.</param>
/// <param name="Note">What it means and what to do; null where the documentation does not name it.</param>
/// <param name="Source">The finding itself.</param>
public sealed record CauseView(
    string Anchor, string Status, string Where, IReadOnlyList<string> Facts, DateTimeOffset? Since, ConditionNote? Note,
    Wire.Finding Source)
{
    /// <summary>Pure.</summary>
    public static CauseView Of(Wire.Finding finding)
    {
        var place = finding.Namespace.Length > 0 ? $"{finding.Namespace}/{finding.Name}" : finding.Name;
        return new(
            Parts.Anchor.Of("finding", finding.Condition, finding.Kind, finding.Namespace, finding.Name, finding.Container),
            StatusShape.WordOf(finding.Severity),
            $"{finding.Kind} {place}{(finding.Container.Length > 0 ? $", container {finding.Container}" : "")}",
            [
                .. finding.HasExitCode ? [$"exit code {finding.ExitCode}"] : (string[])[],
                .. finding.HasSignal ? [$"signal {finding.Signal}"] : (string[])[],
                .. finding.Restarts > 0 ? [$"{finding.Restarts} {(finding.Restarts == 1 ? "restart" : "restarts")}"] : (string[])[],
            ],
            finding.Since?.ToDateTimeOffset(), ConditionGuide.Of(finding.Condition), finding);
    }
}
