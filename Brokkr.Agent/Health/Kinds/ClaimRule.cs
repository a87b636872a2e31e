using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Judges a PersistentVolumeClaim: whether it has its volume, whether anything waits for it, whether it can grow. Pure.</summary>
internal static class ClaimRule
{
    public static readonly IReadOnlyList<string> Fields =
    [
        "status.phase", "spec.volumeName", "spec.storageClassName", "status.allocatedResourceStatuses.*",
        .. ConditionFields.Of("status.conditions"),
    ];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static Verdict Evaluate(ProjectedObject claim, ResourceCase resource, RuleContext context) => Evaluate(claim, context);

    public static Verdict Evaluate(ProjectedObject claim, RuleContext context)
    {
        var phase = claim.Text("status.phase");
        if (phase == "Bound")
            return new($"Bound to {claim.Text("spec.volumeName") ?? "a volume"}", [.. ClaimGrowth.Evaluate(claim)]);
        var newest = EventText.Newest(context.Snapshot.EventsAbout(claim.Metadata.Uid), _ => true);
        var message = newest?.Message is { Length: > 0 } text ? text : $"Its phase is {phase ?? "not set yet"}.";
        if (phase == ConditionWord.Lost)
            return new(message, [new(ConditionWord.Lost, Severity.Degraded, claim.Id) { Message = message }]);
        if (phase is not (null or "" or ConditionWord.Pending))
            return new(message, []);
        var consumers = context.Snapshot.MountedBy(claim.Id);
        var waits = consumers.Count == 0 && WaitsForConsumer(claim, newest, context);
        if (waits && newest is null)
            message = "It gets its volume when a pod mounts it first.";
        return new(message,
        [
            new(ConditionWord.Pending, waits ? Severity.Progressing : Severity.Pending, claim.Id)
            {
                Since = Starts.Latest(claim, claim.Metadata.CreationTimestamp, consumers.Min(p => p.Metadata.CreationTimestamp)),
                After = Patience,
                Message = message,
            },
        ]);
    }

    /// <summary>What its class says decides; where the class cannot be read, what was last said of the claim.</summary>
    private static bool WaitsForConsumer(ProjectedObject claim, KubeEvent? newest, RuleContext context)
    {
        var mode = claim.Text("spec.storageClassName") is { Length: > 0 } name
            && context.Snapshot.Find(new("storage.k8s.io", "StorageClass", "", name)) is ProjectedObject found
                ? found.Text(StorageRules.BindingMode)
                : null;
        return (mode ?? newest?.Reason) == "WaitForFirstConsumer";
    }
}
