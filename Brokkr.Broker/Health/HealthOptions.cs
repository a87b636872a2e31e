using System.ComponentModel.DataAnnotations;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Broker.Health;

/// <summary>Settings of health, from the section <c>[broker.health]</c>.</summary>
internal sealed class HealthOptions : OptionsSection
{
    /// <summary>How long a report counts, in seconds. Missing one report is noise; missing three is an outage.</summary>
    [Range(1, 86_400)]
    public int StaleAfterSeconds { get; set; } = 180;

    /// <summary>How long changes of a status are kept, in days.</summary>
    [Range(1, 3_650)]
    public int HistoryDays { get; set; } = 30;

    /// <summary>How many stacks have metrics of their own, the worst first; each is four series. Zero: none.</summary>
    [Range(0, 5_000)]
    public int StackMetrics { get; set; }
}
