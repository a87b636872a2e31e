using System.Text.Json;
using Brokkr.Broker.Storage;
using Brokkr.Contracts;
using Brokkr.Contracts.Text;
using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Broker.Alerts.Messages;

/// <summary>A row of <c>alerts</c>.</summary>
internal sealed class AlertRow
{
    public Guid Id { get; set; }

    /// <summary>The rule; null where it is gone.</summary>
    public Guid? RuleId { get; set; }

    public string RuleName { get; set; } = "";

    public required Guid AgentId { get; set; }

    public required string AgentName { get; set; }

    public Guid? StackId { get; set; }

    public string StackName { get; set; } = "";

    public string Name { get; set; } = "";

    public Guid? DeploymentObjectId { get; set; }

    public int Revision { get; set; }

    public DateTimeOffset? RevisedAt { get; set; }

    public required string Status { get; set; }

    public string Previous { get; set; } = "";

    public required DateTimeOffset Since { get; set; }

    public string[] Conditions { get; set; } = [];

    public int PodsReady { get; set; }

    public int PodsTotal { get; set; }

    /// <summary>A finding as health reports have it, as JSON.</summary>
    public string? Finding { get; set; }

    public DateTimeOffset OpenedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public string Reason { get; set; } = "";

    public bool Frozen { get; set; }

    public bool Silenced { get; set; }

    public DateTimeOffset? AcknowledgedAt { get; set; }

    public string AcknowledgedBy { get; set; } = "";

    public string Comment { get; set; } = "";

    /// <summary>Of a message: how many alerts go on in all.</summary>
    public int Firing { get; set; }

    /// <summary>Of a message: how many ended.</summary>
    public int Resolved { get; set; }

    /// <summary>Of a message: how many of those that go on the receiver knows already.</summary>
    public int Told { get; set; }

    public const string Columns = """
        a.id, (SELECT r.id FROM alert_rules r WHERE r.id = a.rule_id) AS rule_id, a.rule_name, a.agent_id, a.agent_name, a.stack_id,
        a.stack_name, a.name, a.deployment_object_id, a.revision, a.revised_at, a.status, a.previous, a.since, a.conditions, a.pods_ready,
        a.pods_total, a.finding::text AS finding, a.opened_at, a.ended_at, a.reason, a.frozen, a.acknowledged_at,
        a.acknowledged_by, a.comment
        """;

    public MessageAlert ToMessage(ConsoleLinks links) => new(
        Id, StackId is null ? MessageTypes.AgentSilent : $"health.{Status}", EndedAt is null ? Status : "resolved",
        Previous.Length == 0 ? null : Previous, Since, EndedAt, EndedAt is null ? null : Reason, new(AgentId, AgentName),
        StackId is { } stack ? new(stack, StackName) : null, StackId is null ? null : new(DeploymentObjectId, Name, Revision, RevisedAt),
        StackId is null ? null : new(PodsReady, PodsTotal), Conditions, FindingOf(), links.To(this));

    public Wire.Alert ToWire() => new()
    {
        Id = Id == Guid.Empty ? "" : Id.ToString(),
        State = EndedAt is null ? Wire.AlertState.Types.Word.Open : Wire.AlertState.Types.Word.Ended,
        Status = Words.Parse<Wire.AlertStatus.Types.Word>(Status),
        Rule = RuleName,
        RuleId = $"{RuleId}",
        Since = Since.ToTimestamp(),
        OpenedAt = OpenedAt.ToTimestamp(),
        EndedAt = EndedAt?.ToTimestamp(),
        Reason = Reason,
        AgentId = AgentId.ToString(),
        AgentName = AgentName,
        StackId = $"{StackId}",
        StackName = StackName,
        DeploymentObjectId = $"{DeploymentObjectId}",
        Name = Name,
        Revision = Revision,
        PodsReady = PodsReady,
        PodsTotal = PodsTotal,
        Conditions = { Conditions },
        Cause = FindingOf() is { } finding ? MessageText.CauseOf(finding) : "",
        Frozen = Frozen,
        Silenced = Silenced,
        AcknowledgedAt = AcknowledgedAt?.ToTimestamp(),
        AcknowledgedBy = AcknowledgedBy,
        Comment = Comment,
    };

    /// <summary>The text was cleaned when it was reported; so it stays where rows are older than a rule of cleaning.</summary>
    private MessageFinding? FindingOf()
    {
        if (Finding is null)
            return null;
        using var document = JsonDocument.Parse(Finding);
        var given = document.RootElement;
        if (given.ValueKind is not JsonValueKind.Object)
            return null;
        return new(Text("name"), Text("container") is { Length: > 0 } container ? container : null,
            given.TryGetProperty("exit_code", out var code) && code.ValueKind is JsonValueKind.Number && code.TryGetInt32(out var number)
                ? number
                : null,
            TextCleaner.Clean(Text("message"), Limits.MessageLength));

        string Text(string field) => given.TryGetProperty(field, out var value) && value.ValueKind is JsonValueKind.String
            ? TextCleaner.Clean(value.GetString(), Limits.MessageLength)
            : "";
    }
}
