using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Judges kinds that are as they should be once they exist: configuration, rights, services. Pure.</summary>
internal static class ExistsRule
{
    public static Verdict Evaluate(ResourceCase resource, RuleContext context) => new("It exists.", []);
}
