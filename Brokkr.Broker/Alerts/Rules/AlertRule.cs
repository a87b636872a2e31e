using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using Grouping = Brokkr.V1.AlertGrouping.Types.Word;
using Status = Brokkr.V1.AlertStatus.Types.Word;

namespace Brokkr.Broker.Alerts.Rules;

/// <summary>What is told to whom, complete and within its bounds. Pure.</summary>
internal sealed record AlertRule
{
    private const int Day = 86_400;

    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyList<Status> Statuses { get; init; }

    public required IReadOnlyList<string> Conditions { get; init; }

    public required IReadOnlyList<Guid> StackIds { get; init; }

    public required IReadOnlyList<Guid> AgentIds { get; init; }

    public required IReadOnlyList<Guid> ReceiverIds { get; init; }

    public required Grouping GroupBy { get; init; }

    public required int HoldFailing { get; init; }

    public required int HoldDegraded { get; init; }

    public required int HoldUnknown { get; init; }

    public required int HoldSilent { get; init; }

    public required int Recover { get; init; }

    public required int Wait { get; init; }

    public required int Interval { get; init; }

    public required int RepeatMinutes { get; init; }

    /// <summary>The statuses of deployment objects among those that count.</summary>
    public string[] ObjectStatuses => [.. Statuses.Where(s => s != Status.Silent).Select(s => s.Text())];

    /// <summary>Whether silent agents count; conditions and stacks are none of theirs.</summary>
    public bool MeansSilence => Statuses.Contains(Status.Silent) && Conditions.Count == 0 && StackIds.Count == 0;

    /// <exception cref="ApiError">A field is out of bounds.</exception>
    public static AlertRule Of(Guid id, string name, Wire.AlertRule rule) => new()
    {
        Id = id,
        Name = name,
        Statuses = AlertMatch.Statuses(rule.Statuses) is { Count: > 0 } some
            ? some
            : [Status.Failing, Status.Degraded, Status.Unknown, Status.Silent],
        Conditions = AlertMatch.Conditions(rule.Conditions),
        StackIds = AlertMatch.Ids(rule.StackIds, "stack_ids", AlertMatch.MostIds),
        AgentIds = AlertMatch.Ids(rule.AgentIds, "agent_ids", AlertMatch.MostIds),
        ReceiverIds = AlertMatch.Ids(rule.ReceiverIds, "receiver_ids", most: 50),
        GroupBy = rule.GroupBy switch
        {
            Grouping.Unspecified or Grouping.Object => Grouping.Object,
            Grouping.Agent or Grouping.Condition => rule.GroupBy,
            _ => throw Errors.Invalid("group_by", "must be object, agent or condition."),
        },
        HoldFailing = Within(rule.HasHoldFailingSeconds ? rule.HoldFailingSeconds : 0, Day, "hold_failing_seconds"),
        HoldDegraded = Within(rule.HasHoldDegradedSeconds ? rule.HoldDegradedSeconds : 300, Day, "hold_degraded_seconds"),
        HoldUnknown = Within(rule.HasHoldUnknownSeconds ? rule.HoldUnknownSeconds : 600, Day, "hold_unknown_seconds"),
        HoldSilent = Within(rule.HasHoldSilentSeconds ? rule.HoldSilentSeconds : 0, Day, "hold_silent_seconds"),
        Recover = Within(rule.HasRecoverSeconds ? rule.RecoverSeconds : 120, Day, "recover_seconds"),
        Wait = Within(rule.HasWaitSeconds ? rule.WaitSeconds : 30, 3_600, "wait_seconds"),
        Interval = Within(rule.HasIntervalSeconds ? rule.IntervalSeconds : 300, Day, "interval_seconds"),
        RepeatMinutes = Within(rule.HasRepeatMinutes ? rule.RepeatMinutes : 240, 10_080, "repeat_minutes"),
    };

    /// <summary>All of it, nothing left to defaults.</summary>
    public Wire.AlertRule ToWire() => new()
    {
        Id = Id == Guid.Empty ? "" : Id.ToString(),
        Name = Name,
        Statuses = { Statuses },
        Conditions = { Conditions },
        StackIds = { StackIds.Select(i => i.ToString()) },
        AgentIds = { AgentIds.Select(i => i.ToString()) },
        ReceiverIds = { ReceiverIds.Select(i => i.ToString()) },
        GroupBy = GroupBy,
        HoldFailingSeconds = HoldFailing,
        HoldDegradedSeconds = HoldDegraded,
        HoldUnknownSeconds = HoldUnknown,
        HoldSilentSeconds = HoldSilent,
        RecoverSeconds = Recover,
        WaitSeconds = Wait,
        IntervalSeconds = Interval,
        RepeatMinutes = RepeatMinutes,
    };

    private static int Within(int value, int most, string field) =>
        value >= 0 && value <= most ? value : throw Errors.Invalid(field, $"must be between 0 and {most}.");
}
