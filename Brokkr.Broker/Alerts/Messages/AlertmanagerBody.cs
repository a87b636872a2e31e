using System.Text.Json.Nodes;

namespace Brokkr.Broker.Alerts.Messages;

/// <summary>
/// Alerts as the API v2 of an Alertmanager takes them. The labels name an alert and never change while it goes on; what changes is in the
/// annotations. Pure.
/// </summary>
internal static class AlertmanagerBody
{
    /// <summary>How long an alert goes on there when nobody speaks of it any more.</summary>
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(5);

    public static string Of(IEnumerable<MessageAlert> alerts, string rule, DateTimeOffset now) => new JsonArray(
        [.. alerts.Select(a => (JsonNode)new JsonObject
        {
            ["labels"] = Labels(a, rule),
            ["annotations"] = Annotations(a),
            ["startsAt"] = a.Since.ToString("O"),
            ["endsAt"] = (a.EndedAt ?? now + Lasts).ToString("O"),
            ["generatorURL"] = a.Url ?? "",
        })]).ToJsonString();

    private static JsonObject Labels(MessageAlert alert, string rule)
    {
        var labels = new JsonObject
        {
            ["alertname"] = alert.DeploymentObject is null ? "BrokkrAgentSilent" : "BrokkrDeploymentObject",
            ["rule"] = rule,
            ["agent"] = alert.Agent.Name,
        };
        if (alert.DeploymentObject is { } o)
            (labels["stack"], labels["deployment_object"]) = (alert.Stack!.Name, o.Name);
        return labels;
    }

    private static JsonObject Annotations(MessageAlert alert) => new()
    {
        ["summary"] = MessageText.LineOf(alert),
        ["status"] = alert.Status,
        ["conditions"] = string.Join(", ", alert.Conditions),
        ["description"] = alert.Finding is { } finding ? InertText.Plain(MessageText.CauseOf(finding)) : "",
    };
}
