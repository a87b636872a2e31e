using System.Globalization;
using System.Text;

namespace Brokkr.Broker.Alerts.Messages;

/// <summary>The sentences of a message, for every kind that shows text. Words out of a cluster stand apart from ours. Pure.</summary>
internal static class MessageText
{
    private const int WhyLength = 300;

    /// <summary>What changed so shortly before may be the reason.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromHours(1);

    /// <summary>What is wrong, where, and since when: the line that a telephone shows.</summary>
    public static string TitleOf(Message message)
    {
        var (data, totals) = (message.Data, message.Data.Totals);
        return message.Type switch
        {
            MessageTypes.Test => "Brokkr: this is a test message",
            MessageTypes.Storm =>
                $"{Count((data.Groups?.Count ?? 0) + data.Truncated, "more group")} of alerts, {totals.Firing} firing, "
                + $"{totals.Resolved} resolved",
            MessageTypes.AgentSilent => $"Silent: {Names(data)} since {Time(data.Alerts[0].Since)}",
            MessageTypes.AgentReturned => $"Heard again: {Names(data)}",
            MessageTypes.Resolved => $"Resolved: {data.GroupKey} on {Names(data)}{Reason(data)}",
            _ => FiringTitle(data),
        };
    }

    /// <summary>What is wrong, where, since when and why, as plain text.</summary>
    public static string FirstLineOf(Message message)
    {
        var why = WhyOf(message);
        return $"{TitleOf(message)}{(why.Length > 0 ? $": {InertText.Plain(why)}" : "")}";
    }

    /// <summary>Why: what the cluster says of the worst of what goes on, cut; empty where nothing does, or it says nothing.</summary>
    public static string WhyOf(Message message)
    {
        if (WorstOf(message)?.Finding is not { } finding)
            return "";
        var cause = CauseOf(finding);
        return cause.Length <= WhyLength ? cause : $"{cause[..WhyLength]}…";
    }

    /// <summary>The alert of which the first line speaks; null where none goes on.</summary>
    public static MessageAlert? WorstOf(Message message) => message.Data.Alerts.FirstOrDefault(a => a.EndedAt is null);

    /// <summary>One line for each alert, without the cause.</summary>
    public static string LineOf(MessageAlert alert)
    {
        var what = alert.DeploymentObject is { } o ? $"{alert.Stack!.Name}/{o.Name} on {alert.Agent.Name}" : alert.Agent.Name;
        var line = new StringBuilder($"{what}: {alert.Status}");
        if (alert.Conditions.Count > 0)
            line.Append(CultureInfo.InvariantCulture, $" [{string.Join(", ", alert.Conditions.Take(5))}]");
        if (alert.Pods is { Total: > 0 } pods && alert.EndedAt is null)
            line.Append(CultureInfo.InvariantCulture, $", {pods.Ready}/{pods.Total} pods ready");
        if (alert.Previous is { } previous && alert.EndedAt is null)
            line.Append(CultureInfo.InvariantCulture, $", before: {previous}");
        line.Append(CultureInfo.InvariantCulture, $", since {Time(alert.Since)}");
        if (alert.EndedAt is null && alert.DeploymentObject is { RevisedAt: { } revised, Revision: var revision }
            && alert.Since >= revised && alert.Since - revised <= Recent)
            line.Append(CultureInfo.InvariantCulture, $", revision {revision} came at {Time(revised)}");
        if (alert.EndedAt is { } end)
            line.Append(CultureInfo.InvariantCulture, $", over at {Time(end)}{(alert.Reason == "removed" ? " (removed)" : "")}");
        return line.ToString();
    }

    /// <summary>One line for each group of a digest.</summary>
    public static string LineOf(MessageGroup group) => $"{group.GroupKey}: {group.Firing} firing, {group.Resolved} resolved";

    /// <summary>Object, container and exit code, and what the cluster said.</summary>
    public static string CauseOf(MessageFinding finding)
    {
        var where = finding.Container is { } container ? $"{finding.Name}, container {container}" : finding.Name;
        var exit = finding.ExitCode is { } code ? $", exit code {code}" : "";
        return finding.Message.Length > 0 ? $"{where}{exit}: {finding.Message}" : $"{where}{exit}";
    }

    /// <summary>What does not fit into the list; empty where everything does.</summary>
    public static string RestOf(MessageData data) => data.Truncated > 0 ? $"and {data.Truncated} more" : "";

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string FiringTitle(MessageData data)
    {
        var worst = data.Alerts.FirstOrDefault(a => a.EndedAt is null) ?? data.Alerts[0];
        var condition = worst.Conditions.Count > 0 ? $" ({worst.Conditions[0]})" : "";
        var over = data.Totals.Resolved > 0 ? $", {data.Totals.Resolved} resolved" : "";
        return $"{char.ToUpperInvariant(worst.Status[0])}{worst.Status[1..]}: {data.GroupKey}{condition} on {Names(data)} since "
            + $"{Time(worst.Since)}{over}";
    }

    private static string Names(MessageData data)
    {
        var names = data.Alerts.Select(a => a.Agent.Name).Distinct(StringComparer.Ordinal).ToList();
        var all = data.Totals.Firing + data.Totals.Resolved;
        return names.Count + data.Truncated > 3 ? $"{all} clusters, {names[0]} among them" : string.Join(", ", names);
    }

    private static string Reason(MessageData data) => data.Alerts.All(a => a.Reason == "removed") ? " (removed)" : "";

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
