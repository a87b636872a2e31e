using Brokkr.Broker.Ui.Parts;

namespace Brokkr.Broker.Ui.Objects;

/// <summary>What one cluster says of a deployment object, as the page shows it.</summary>
/// <param name="Name">Name of the cluster's agent.</param>
/// <param name="AgentId">The agent, a UUID.</param>
/// <param name="Status">The status that counts.</param>
/// <param name="Pods">Pods that are ready of those that should be, as in <c>2/3</c>; empty before the first report.</param>
/// <param name="Conditions">Conditions that stand.</param>
/// <param name="Since">Since when the status holds.</param>
/// <param name="IsChosen">Whether the page shows it in full.</param>
/// <param name="Path">The page that does.</param>
/// <param name="IsRollingOut">Whether a controller is still at work on it there.</param>
public sealed record ClusterView(
    string Name, string AgentId, string Status, string Pods, IReadOnlyList<string> Conditions, DateTimeOffset? Since, bool IsChosen,
    string Path, bool IsRollingOut)
{
    /// <summary>Pure.</summary>
    public static ClusterView Of(Wire.AgentVerdict verdict, bool isChosen, string objectPath) => new(
        verdict.AgentName, verdict.AgentId, StatusShape.WordOf(verdict.Status),
        verdict.ReceivedAt is null ? "" : $"{verdict.Summary.PodsReady}/{verdict.Summary.PodsTotal}", verdict.Summary.Conditions,
        verdict.Since?.ToDateTimeOffset(), isChosen, $"{objectPath}?agent={Uri.EscapeDataString(verdict.AgentName)}",
        verdict.RollingOut);
}
