using System.ComponentModel.DataAnnotations;
using Brokkr.Agent.Health.Custom;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Agent.Health;

/// <summary>Settings of health, from the section <c>[agent.health]</c>.</summary>
internal sealed class HealthOptions : OptionsSection
{
    /// <summary>Off, the agent still says that it lives: its objects read unknown with HealthDisabled.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Everything is reported at least this often, in seconds.</summary>
    [Range(1, 3600)]
    public int CheckInterval { get; set; } = 60;

    /// <summary>How long an OOMKilled container counts once it is ready again, in minutes.</summary>
    [Range(0, 10_080)]
    public int OomWindowMinutes { get; set; } = 60;

    /// <summary>A file with rules for custom resources, which come before those that the agent ships; empty for none.</summary>
    public string RulesFile { get; set; } = "";

    /// <summary>The rules for custom resources, those of the file before those that the agent ships.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read, or a line of it is wrong.</exception>
    public RuleBook ReadRules() => RulesFile.Length > 0 ? RuleBook.Load(RulesFile) : RuleBook.Shipped;
}
