using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Alerts;

/// <summary>How alerts are shown. Pure.</summary>
internal static class AlertView
{
    public static Grid Table(IReadOnlyList<Alert> alerts, bool isWide, DateTimeOffset now)
    {
        var grid = isWide
            ? new Grid("STATUS", "OBJECT", "AGENT", "SINCE", "STATE", "RULE", "CAUSE", "PODS", "CONDITIONS", "COMMENT", "ID")
            : new Grid("STATUS", "OBJECT", "AGENT", "SINCE", "STATE", "RULE", "CAUSE");
        foreach (var a in alerts)
        {
            Piece[] row = [Piece.Word(a.Status), a.Name.Length > 0 ? $"{a.StackName}/{a.Name}" : "", a.AgentName, Ages.Of(a.Since, now),
                State(a, now), a.Rule, a.Cause];
            grid.Add(isWide
                ? [.. row, a.PodsTotal > 0 ? $"{a.PodsReady}/{a.PodsTotal}" : "", string.Join(", ", a.Conditions), a.Comment, a.Id]
                : row);
        }

        return grid;
    }

    /// <summary>What an alert is about: <c>shop/web on eu-1</c>, or the agent alone where that is silent.</summary>
    public static string About(Alert alert) =>
        alert.Name.Length > 0 ? $"{alert.StackName}/{alert.Name} on {alert.AgentName}" : $"The agent {alert.AgentName}";

    private static string State(Alert alert, DateTimeOffset now)
    {
        if (alert.State != "open")
            return alert.Reason.Length > 0 ? $"{alert.State}: {alert.Reason}" : alert.State;
        var state = alert.AcknowledgedAt is { } at ? $"acknowledged by {alert.AcknowledgedBy} {Ages.Ago(at, now)}"
            : alert.Silenced ? "silenced" : "open";
        return alert.Frozen ? $"{state}, agent silent" : state;
    }
}
