using System.Net;
using System.Text;

namespace Brokkr.Broker.Alerts.Messages;

/// <summary>A message as the text and the HTML of a mail. Pure.</summary>
internal static class MailBody
{
    public static string TextOf(Message message) =>
        string.Join('\n', LinesOf(message).Select(l => l.Url is null ? l.Text : $"{l.Text}\n    {l.Url}"))
        + "\n";

    public static string HtmlOf(Message message)
    {
        var html = new StringBuilder("<!doctype html><html><body style=\"font-family:sans-serif;font-size:14px\">");
        foreach (var line in LinesOf(message))
        {
            var text = WebUtility.HtmlEncode(line.Text);
            html.Append(line.IsCause
                ? $"<pre style=\"white-space:pre-wrap;margin:0 0 8px 16px\">{text}</pre>"
                : $"<p style=\"margin:0 0 4px\">{text}");
            if (line.Url is { } url)
                html.Append($" <a href=\"{WebUtility.HtmlEncode(url)}\">open</a>");
            if (!line.IsCause)
                html.Append("</p>");
        }

        return html.Append("</body></html>").ToString();
    }

    private static IEnumerable<(string Text, string? Url, bool IsCause)> LinesOf(Message message)
    {
        yield return (MessageText.FirstLineOf(message), message.Data.Url, false);
        foreach (var alert in message.Data.Alerts)
        {
            yield return (MessageText.LineOf(alert), alert.Url, false);
            if (alert is { EndedAt: null, Finding: { } finding })
                yield return (InertText.Plain(MessageText.CauseOf(finding)), null, true);
        }

        foreach (var group in message.Data.Groups ?? [])
            yield return ($"{group.GroupKey}: {group.Firing} firing, {group.Resolved} resolved", null, false);
        if (MessageText.RestOf(message.Data) is { Length: > 0 } rest)
            yield return (rest, null, false);
    }
}
