using Brokkr.Agent.Health.Custom;

namespace Brokkr.Agent.Health;

/// <summary>What an operator may set of the health rules.</summary>
internal sealed record HealthRuleOptions
{
    /// <summary>How long a container counts as OOMKilled after it was, once it is ready again.</summary>
    public TimeSpan OomWindow { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>The rules for custom resources.</summary>
    public RuleBook Rules { get; init; } = RuleBook.Shipped;

    /// <exception cref="Contracts.Configuration.ConfigurationException">The operator's rules cannot be used.</exception>
    public static HealthRuleOptions Of(HealthOptions options) => new()
    {
        OomWindow = TimeSpan.FromMinutes(options.OomWindowMinutes),
        Rules = options.RulesFile.Length > 0 ? RuleBook.Load(options.RulesFile) : RuleBook.Shipped,
    };
}
