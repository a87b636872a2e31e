using System.ComponentModel.DataAnnotations;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Broker.Alerts.Settings;

/// <summary>
/// A rule that comes from the configuration: <c>[[broker.alerts.rules]]</c>. Stacks, agents and receivers go by their names. What is not
/// set is as in a rule that the API makes.
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

    public string GroupBy { get; set; } = "";

    public int? HoldFailingSeconds { get; set; }

    public int? HoldDegradedSeconds { get; set; }

    public int? HoldUnknownSeconds { get; set; }

    public int? HoldSilentSeconds { get; set; }

    public int? RecoverSeconds { get; set; }

    public int? WaitSeconds { get; set; }

    public int? IntervalSeconds { get; set; }

    public int? RepeatMinutes { get; set; }
}
