namespace Brokkr.Broker.Ui.Alerts;

/// <summary>The numbers of a rule, as forms ask for them. Pure.</summary>
public static class RuleNumbers
{
    /// <summary>The field of the contracts, and what it is, in words.</summary>
    public static readonly IReadOnlyList<(string Field, string Label)> All =
    [
        ("hold_failing_seconds", "Seconds that failing must last"), ("hold_degraded_seconds", "Seconds that degraded must last"),
        ("hold_unknown_seconds", "Seconds that unknown must last"),
        ("hold_silent_seconds", "Seconds that silence must last, beyond what counts as silent"),
        ("recover_seconds", "Seconds that it must be well to end"), ("wait_seconds", "Seconds that a first message waits for more"),
        ("interval_seconds", "Seconds between messages of a group"), ("repeat_minutes", "Minutes until it is told again; 0 for never"),
    ];

    /// <summary>What a rule has there.</summary>
    public static string Of(Wire.AlertRule rule, string field) =>
        $"{Wire.AlertRule.Descriptor.FindFieldByName(field).Accessor.GetValue(rule)}";
}
