using System.Text.Json.Nodes;

namespace Brokkr.Broker.Alerts.Messages;

/// <summary>An event of PagerDuty's Events API v2; one group is one incident there. Pure.</summary>
internal static class PagerDutyBody
{
    private const int SummaryLength = 1024;

    public static string Of(Message message, string routingKey)
    {
        var data = message.Data;
        var isOver = message.Type is MessageTypes.Resolved or MessageTypes.AgentReturned;
        var body = new JsonObject
        {
            ["routing_key"] = routingKey,
            ["event_action"] = isOver ? "resolve" : "trigger",
            ["dedup_key"] = message.Type is MessageTypes.Storm or MessageTypes.Test
                ? $"brokkr/{message.Type}/{message.Timestamp.ToUnixTimeSeconds()}"
                : $"brokkr/{data.Rule}/{data.GroupKey}",
        };
        if (isOver)
            return body.ToJsonString();
        var title = MessageText.FirstLineOf(message);
        body["payload"] = new JsonObject
        {
            ["summary"] = title.Length <= SummaryLength ? title : title[..SummaryLength],
            ["source"] = data.Alerts is [var first, ..] ? first.Agent.Name : "brokkr",
            ["severity"] = SeverityOf(message),
            ["timestamp"] = message.Timestamp.ToString("O"),
            ["component"] = data.GroupKey,
            ["custom_details"] = new JsonObject
            {
                ["alerts"] = new JsonArray([.. data.Alerts.Select(a => (JsonNode)(a.Finding is { } finding
                    ? $"{MessageText.LineOf(a)}: {InertText.Plain(MessageText.CauseOf(finding))}"
                    : MessageText.LineOf(a)))]),
                ["firing"] = data.Totals.Firing,
                ["resolved"] = data.Totals.Resolved,
            },
        };
        if (data.Url is { } url)
            body["links"] = new JsonArray(new JsonObject { ["href"] = url, ["text"] = "Brokkr" });
        return body.ToJsonString();
    }

    private static string SeverityOf(Message message) => message.Type is MessageTypes.Test
        ? "info"
        : message.Data.Alerts.Any(a => a.Status is "failing" or "silent") || message.Type is MessageTypes.Storm ? "critical" : "warning";
}
