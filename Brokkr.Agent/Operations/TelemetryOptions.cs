using System.ComponentModel.DataAnnotations;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Agent.Operations;

/// <summary>Settings of the agent's log, from the section <c>[agent.telemetry]</c>.</summary>
internal sealed class TelemetryOptions : OptionsSection
{
    /// <summary><c>text</c>: lines for people; <c>json</c>: an object per line. Both with the time in UTC, as RFC 3339 writes it.</summary>
    [AllowedValues("text", "json")]
    public string LogFormat { get; set; } = "text";

    /// <summary>The least of what is said.</summary>
    [AllowedValues("debug", "information", "warning", "error")]
    public string LogLevel { get; set; } = "information";
}
