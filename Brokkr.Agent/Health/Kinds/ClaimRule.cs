using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Judges a PersistentVolumeClaim: whether it has its volume, and whether anything waits for it. Pure.</summary>
internal static class ClaimRule
{
    public static readonly string[] Fields = ["status.phase", "spec.volumeName"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static Verdict Evaluate(ProjectedObject claim, ResourceCase resource, RuleContext context) => Evaluate(claim, context);

    public static Verdict Evaluate(ProjectedObject claim, RuleContext context)
    {
        var phase = claim.Text("status.phase");
        if (phase == "Bound")
            return new($"Bound to {claim.Text("spec.volumeName") ?? "a volume"}", []);
        var newest = EventText.Newest(context.Snapshot.EventsAbout(claim.Metadata.Uid), _ => true);
        var message = newest?.Message is { Length: > 0 } text ? text : $"Its phase is {phase ?? "not set yet"}.";
        if (phase == ConditionWord.Lost)
            return new(message, [new(ConditionWord.Lost, Severity.Degraded, claim.Id) { Message = message }]);
        if (phase is not (null or "" or ConditionWord.Pending))
            return new(message, []);
        var waitsForConsumer = newest?.Reason == "WaitForFirstConsumer" && !context.Snapshot.IsMounted(claim.Id);
        return new(message,
        [
            new(ConditionWord.Pending, waitsForConsumer ? Severity.Progressing : Severity.Pending, claim.Id)
            {
                Since = claim.Metadata.CreationTimestamp,
                After = Patience,
                Message = message,
            },
        ]);
    }
}
