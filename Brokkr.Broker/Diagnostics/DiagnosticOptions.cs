using System.ComponentModel.DataAnnotations;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Broker.Diagnostics;

/// <summary>Settings of diagnostics, from the section <c>[broker.diagnostics]</c>.</summary>
internal sealed class DiagnosticOptions : OptionsSection
{
    /// <summary>How long a request waits for its agent, and how long it and its result are kept once it ended, in minutes.</summary>
    [Range(1, 10_080)]
    public int RetentionMinutes { get; set; } = 60;

    /// <summary>How often what is over is deleted, in minutes.</summary>
    [Range(1, 1_440)]
    public int CleanupIntervalMinutes { get; set; } = 15;

    /// <summary>How long an agent holds a request that it claimed, in seconds.</summary>
    [Range(1, 3_600)]
    public int LeaseSeconds { get; set; } = 120;

    /// <summary>How often a request is handed out before it fails.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 3;

    /// <summary>How many polls a broker holds open at a time; one beyond that is answered at once.</summary>
    [Range(1, 1_000_000)]
    public int HeldPolls { get; set; } = 10_000;

    public TimeSpan Retention => TimeSpan.FromMinutes(RetentionMinutes);

    public TimeSpan CleanupInterval => TimeSpan.FromMinutes(CleanupIntervalMinutes);

    public TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);
}
