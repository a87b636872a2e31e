namespace Brokkr.Agent.Health.Findings;

/// <summary>The paths of what rules look at in conditions. Pure.</summary>
internal static class ConditionFields
{
    /// <summary>The conditions of a status, and the generation that it was drawn from.</summary>
    public static readonly IReadOnlyList<string> OfStatus = ["status.observedGeneration", .. Of("status.conditions")];

    /// <summary>Of the conditions at a path of lists of them.</summary>
    public static IEnumerable<string> Of(string list) =>
        new[] { "type", "status", "reason", "message", "lastTransitionTime", "lastUpdateTime", "observedGeneration", "severity" }
        .Select(part => $"{list}.*.{part}");
}
