using System.ComponentModel.DataAnnotations;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Agent.Diagnostics;

/// <summary>Settings of diagnostics, from the section <c>[agent.diagnostics]</c>.</summary>
internal sealed class DiagnosticOptions : OptionsSection
{
    /// <summary>Off, requests are answered with an error that says so.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The most lines of a log.</summary>
    [Range(1, 1000)]
    public int LogTailLines { get; set; } = 50;

    /// <summary>How far back events are looked at, in minutes.</summary>
    [Range(1, 1440)]
    public int EventLookbackMinutes { get; set; } = 30;
}
