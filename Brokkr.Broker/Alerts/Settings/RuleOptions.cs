using System.ComponentModel.DataAnnotations;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Broker.Alerts.Settings;

/// <summary>
/// A rule that comes from the configuration: <c>[[broker.alerts.rules]]</c>. Stacks, agents and receivers go by their names.
/// </summary>
internal sealed class RuleOptions : OptionsSection
{
    [Required]
    public string Name { get; set; } = "";

    public bool Enabled { get; set; } = true;

    public List<string> Statuses { get; set; } = [];

    public List<string> Conditions { get; set; } = [];

    public List<string> Stacks { get; set; } = [];

    public List<string> Agents { get; set; } = [];

    public List<string> Receivers { get; set; } = [];

    public string GroupBy { get; set; } = "object";

    public int HoldFailingSeconds { get; set; }

    public int HoldDegradedSeconds { get; set; } = 300;

    public int HoldUnknownSeconds { get; set; } = 600;

    public int HoldSilentSeconds { get; set; }

    public int RecoverSeconds { get; set; } = 120;

    public int WaitSeconds { get; set; } = 30;

    public int IntervalSeconds { get; set; } = 300;

    public int RepeatMinutes { get; set; } = 240;
}
