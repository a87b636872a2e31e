using System.Text.Json.Nodes;

namespace Brokkr.Broker.Alerts.Messages;

/// <summary>
/// An event of PagerDuty's Events API v2; one group is one incident there, and so is all that comes in digests. Pure.
/// </summary>
internal static class PagerDutyBody
{
    private const int SummaryLength = 1024;

    public static string Of(Message message, string routingKey)
    {
        var data = message.Data;
        var isOver = message.Type is MessageTypes.Resolved or MessageTypes.AgentReturned
            || message is { Type: MessageTypes.Storm, Data.Totals.Firing: 0 };
        var body = new JsonObject
        {
            ["routing_key"] = routingKey,
            ["event_action"] = isOver ? "resolve" : "trigger",
            ["dedup_key"] = message.Type switch
            {
                MessageTypes.Storm => $"brokkr/{message.Type}",
                MessageTypes.Test => $"brokkr/{message.Type}/{message.Timestamp.ToUnixTimeSeconds()}",
                _ => $"brokkr/{data.RuleId}/{data.GroupKey}",
            },
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
                ["groups"] = new JsonArray([.. (data.Groups ?? []).Select(g => (JsonNode)MessageText.LineOf(g))]),
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
