using System.Text.Json;
using System.Text.Json.Serialization;

namespace Brokkr.Broker.Alerts.Messages;

/// <summary>What a receiver is told, in the shape that webhooks get; every other kind is drawn from it.</summary>
/// <param name="Type">One of <see cref="MessageTypes"/>.</param>
/// <param name="Timestamp">When it was made.</param>
/// <param name="Data">What it is about.</param>
internal sealed record Message(string Type, DateTimeOffset Timestamp, MessageData Data)
{
    /// <summary>More alerts than this are counted, not listed.</summary>
    public const int MostAlerts = 20;

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static Message Parse(string json) => JsonSerializer.Deserialize<Message>(json, Format)!;

    public string ToJson() => JsonSerializer.Serialize(this, Format);
}

/// <summary>What a message is about.</summary>
/// <param name="GroupKey">What the alerts have in common, as in <c>shop/web</c>.</param>
/// <param name="Rule">Name of the rule; empty for a storm, which is of several.</param>
/// <param name="Url">Where the console shows it; null where nobody told the broker its address.</param>
/// <param name="Totals">How many alerts there are.</param>
/// <param name="Truncated">How many of them are not in the list.</param>
/// <param name="Alerts">The worst of them.</param>
/// <param name="Groups">Of a storm: the groups, so many that they were not told one by one.</param>
/// <param name="RuleId">The rule, whatever it is called; null where it is of several.</param>
internal sealed record MessageData(
    string GroupKey, string Rule, string? Url, MessageTotals Totals, int Truncated, IReadOnlyList<MessageAlert> Alerts,
    IReadOnlyList<MessageGroup>? Groups = null, Guid? RuleId = null);

/// <summary>How many alerts go on, and how many ended.</summary>
internal sealed record MessageTotals(int Firing, int Resolved);

/// <summary>A group in a storm.</summary>
internal sealed record MessageGroup(string GroupKey, string Rule, int Firing, int Resolved);

/// <summary>One alert in a message.</summary>
/// <param name="Id">The alert, a UUID.</param>
/// <param name="Event">As in <c>health.failing</c>; <c>agent.silent</c> for a silent agent.</param>
/// <param name="Status">As in <c>failing</c>; <c>resolved</c> where it ended.</param>
/// <param name="Previous">What it was before; null where nobody knows.</param>
/// <param name="Since">Since when it is wrong.</param>
/// <param name="EndedAt">When it ended; null while it goes on.</param>
/// <param name="Reason">Why it ended; null while it goes on.</param>
/// <param name="Agent">The agent.</param>
/// <param name="Stack">The stack; null for a silent agent.</param>
/// <param name="DeploymentObject">The deployment object; null for a silent agent.</param>
/// <param name="Pods">How many pods are ready; null for a silent agent.</param>
/// <param name="Conditions">The conditions.</param>
/// <param name="Finding">The first finding; null where there is none.</param>
/// <param name="Url">Where the console shows it.</param>
internal sealed record MessageAlert(
    Guid Id, string Event, string Status, string? Previous, DateTimeOffset Since, DateTimeOffset? EndedAt, string? Reason,
    MessageNamed Agent,
    MessageNamed? Stack, MessageObject? DeploymentObject, MessagePods? Pods, IReadOnlyList<string> Conditions, MessageFinding? Finding,
    string? Url);

/// <summary>Something with a name.</summary>
internal sealed record MessageNamed(Guid Id, string Name);

/// <summary>A deployment object in its newest revision, and when that was submitted.</summary>
internal sealed record MessageObject(Guid? Id, string Name, int Revision, DateTimeOffset? RevisedAt = null);

/// <summary>Pods that are ready, and that should be there.</summary>
internal sealed record MessagePods(int Ready, int Total);

/// <summary>What was seen first: on which object and container, and what the cluster said of it, cleaned.</summary>
internal sealed record MessageFinding(string Name, string? Container, int? ExitCode, string Message);
