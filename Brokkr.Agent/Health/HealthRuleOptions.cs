namespace Brokkr.Agent.Health;

/// <summary>What an operator may set of the health rules.</summary>
internal sealed record HealthRuleOptions
{
    /// <summary>How long a container counts as OOMKilled after it was, once it is ready again.</summary>
    public TimeSpan OomWindow { get; init; } = TimeSpan.FromMinutes(60);
}
