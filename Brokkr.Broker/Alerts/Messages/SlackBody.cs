using System.Text.Json.Nodes;

namespace Brokkr.Broker.Alerts.Messages;

/// <summary>A message for an incoming webhook of Slack and those that speak its language. Pure.</summary>
internal static class SlackBody
{
    /// <summary>Slack cuts what is longer.</summary>
    private const int CauseLength = 500;

    public static string Of(Message message)
    {
        var (why, worst) = (MessageText.WhyOf(message), MessageText.WorstOf(message));
        var lines =
            new List<string> { $"*{InertText.Slack(MessageText.TitleOf(message))}*{(why.Length > 0 ? $" {InertText.Code(why)}" : "")}" };
        foreach (var alert in message.Data.Alerts)
        {
            var line = InertText.Slack(MessageText.LineOf(alert));
            lines.Add(alert.Url is { } url ? $"• {line} <{InertText.Slack(url)}|open>" : $"• {line}");
            if (alert is { EndedAt: null, Finding: { } finding } && alert != worst)
                lines.Add($"   {InertText.Code(Cut(MessageText.CauseOf(finding)))}");
        }

        lines.AddRange((message.Data.Groups ?? []).Select(g =>
            $"• {InertText.Slack(MessageText.LineOf(g))}"));
        if (MessageText.RestOf(message.Data) is { Length: > 0 } rest)
            lines.Add(rest);
        if (message.Data.Url is { } all)
            lines.Add($"<{InertText.Slack(all)}|All alerts>");
        return new JsonObject { ["text"] = string.Join('\n', lines), ["mrkdwn"] = true, ["unfurl_links"] = false }.ToJsonString();
    }

    private static string Cut(string text) => text.Length <= CauseLength ? text : $"{text[..CauseLength]}…";
}
