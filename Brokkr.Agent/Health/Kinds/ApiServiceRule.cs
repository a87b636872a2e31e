using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Judges an APIService: whether what serves the group answers. Pure.</summary>
internal static class ApiServiceRule
{
    public static readonly IReadOnlyList<string> Fields = ConditionFields.OfStatus;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static Verdict Evaluate(ProjectedObject service, ResourceCase resource, RuleContext context)
    {
        var available = service.Find("Available");
        if (available is { IsTrue: true })
            return new(ResourceFinding.TextOf(available), []);
        var message = available is null ? "Not checked yet" : ResourceFinding.TextOf(available);
        return new(message,
        [
            new(available is null ? ConditionWord.Progressing : ReasonWord.Of(available), Severity.Pending, service.Id)
            {
                Since = Starts.Latest(service, available is null ? service.Metadata.CreationTimestamp : available.LastTransitionTime),
                After = Patience,
                Message = message,
            },
        ]);
    }
}
