namespace Brokkr.Broker.Alerts.Messages;

/// <summary>
/// Words out of a cluster, fit to stand in a chat or a mail: nobody is mentioned, nothing becomes a link or markup, whatever they hold.
/// Pure.
/// </summary>
internal static class InertText
{
    /// <summary>Parts what programs look for, and shows nothing.</summary>
    private const char Joiner = '\u2060';

    /// <summary>As a piece of code in Slack's markup, which Mattermost, Rocket.Chat and Discord know as well.</summary>
    public static string Code(string text) => $"`{Slack(Plain(text).Replace('`', '\''))}`";

    /// <summary>Plain text for programs that make links of addresses and mentions of names.</summary>
    public static string Plain(string text) => text
        .Replace("@", $"@{Joiner}", StringComparison.Ordinal)
        .Replace("://", $":{Joiner}//", StringComparison.Ordinal)
        .Replace("www.", $"www{Joiner}.", StringComparison.OrdinalIgnoreCase);

    /// <summary>What Slack's markup gives a meaning.</summary>
    public static string Slack(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);
}
