using System.Text.Json.Nodes;

namespace Brokkr.Broker.Alerts.Messages;

/// <summary>A message for a workflow of Microsoft Teams: an Adaptive Card of runs of text, in which nothing is markup. Pure.</summary>
internal static class TeamsBody
{
    public static string Of(Message message)
    {
        var (why, worst) = (MessageText.WhyOf(message), MessageText.WorstOf(message));
        var body = new JsonArray { Run(MessageText.TitleOf(message), isBold: true) };
        if (why.Length > 0)
            body[0]!["inlines"]!.AsArray().Add(TextOf($" {InertText.Plain(why)}", isBold: false, isCode: true));
        foreach (var alert in message.Data.Alerts)
        {
            body.Add(Run(MessageText.LineOf(alert)));
            if (alert is { EndedAt: null, Finding: { } finding } && alert != worst)
                body.Add(Run(InertText.Plain(MessageText.CauseOf(finding)), isCode: true));
        }

        foreach (var group in message.Data.Groups ?? [])
            body.Add(Run(MessageText.LineOf(group)));
        if (MessageText.RestOf(message.Data) is { Length: > 0 } rest)
            body.Add(Run(rest));
        var card = new JsonObject
        {
            ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
            ["type"] = "AdaptiveCard",
            ["version"] = "1.4",
            ["body"] = body,
        };
        var url = message.Data.Alerts is [{ Url: { } only }] ? only : message.Data.Url;
        if (url is not null)
            card["actions"] = new JsonArray(new JsonObject { ["type"] = "Action.OpenUrl", ["title"] = "Open in Brokkr", ["url"] = url });
        return new JsonObject
        {
            ["type"] = "message",
            ["attachments"] = new JsonArray(
                new JsonObject { ["contentType"] = "application/vnd.microsoft.card.adaptive", ["content"] = card }),
        }.ToJsonString();
    }

    private static JsonObject Run(string text, bool isBold = false, bool isCode = false) =>
        new() { ["type"] = "RichTextBlock", ["inlines"] = new JsonArray(TextOf(text, isBold, isCode)) };

    private static JsonObject TextOf(string text, bool isBold, bool isCode)
    {
        var run = new JsonObject { ["type"] = "TextRun", ["text"] = text };
        if (isBold)
            run["weight"] = "Bolder";
        if (isCode)
            run["fontType"] = "Monospace";
        return run;
    }
}
