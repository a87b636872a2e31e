using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Judges whether the volume of a claim can become as large as the claim asks for. Pure.</summary>
internal static class ClaimGrowth
{
    private const string Infeasible = "Infeasible";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public static IEnumerable<Finding> Evaluate(ProjectedObject claim)
    {
        var conditions = claim.Conditions().Where(c => c.IsTrue).ToList();
        var refused = claim.At("status.allocatedResourceStatuses.*").Select(JsonPaths.TextOf)
            .FirstOrDefault(s => s?.EndsWith(Infeasible, StringComparison.Ordinal) == true);
        if (refused is not null)
        {
            yield return new(ReasonWord.Of(refused), Severity.Degraded, claim.Id)
            {
                Since = Starts.OfStatus(claim),
                Message = conditions.Find(c => c.Message is { Length: > 0 })?.Message
                    ?? "Its volume cannot become as large as it asks for.",
            };
        }

        foreach (var condition in conditions)
        {
            if (condition.Type is "ControllerResizeError" or "NodeResizeError")
                yield return ResourceFinding.FromCondition(claim, condition.Type, Severity.Lasting, condition) with { After = Patience };
            else if (condition.Type == "FileSystemResizePending")
                yield return ResourceFinding.FromCondition(claim, condition.Type, Severity.Shown, condition);
        }
    }
}
