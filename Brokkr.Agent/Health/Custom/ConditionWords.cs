using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Health.Custom;

/// <summary>What conditions mean by the words that controllers have in common. Pure.</summary>
internal static class ConditionWords
{
    private const string Ready = "Ready";

    /// <summary>What says that the resource was stopped on purpose.</summary>
    public static Condition? Stopped(List<Condition> conditions, RuleWords words) =>
        conditions.Find(c => c.IsTrue && words.PausedTypes.Has(c.Type))
        ?? conditions.Find(c => !c.IsTrue && words.ReadyTypes.Has(c.Type) && words.PausedReasons.Has(c.Reason));

    /// <summary>
    /// What says that something is wrong. What only waits is no fault, whatever its type, nor is what its controller calls mere
    /// information.
    /// </summary>
    public static Condition? Fault(List<Condition> conditions, RuleWords words)
    {
        var isReady = conditions.Exists(c => c is { Type: Ready, IsTrue: true });
        var candidates = conditions.FindAll(c => !words.WaitingReasons.Has(c.Reason) && !(c.IsFalse && c.Severity == "Info"));
        return candidates.Find(c => c is { Type: "Stalled", IsTrue: true })
            ?? candidates.Find(c => c.IsTrue && !isReady && words.FailureTypes.Has(c.Type))
            ?? candidates.Find(c => c.IsTrue && (!isReady || c.Type == Ready) && words.FailureReasons.Has(c.Reason)
                && !words.FailureTypes.Has(c.Type))
            ?? candidates.Find(c => c.IsFalse && words.ReadyTypes.Has(c.Type) && words.ErrorReasons.Has(c.Reason))
            ?? candidates.Find(c => c is { IsFalse: true, Severity: "Error" } && !isReady && !words.FailureTypes.Has(c.Type))
            ?? candidates.Find(c => c.IsFalse && !words.ReadyTypes.Has(c.Type) && !words.FailureTypes.Has(c.Type)
                && words.OtherErrorReasons.Has(c.Reason));
    }

    /// <summary>What says that the resource is not there yet.</summary>
    public static Condition? Waiting(List<Condition> conditions, RuleWords words)
    {
        if (conditions.Exists(c => c.Type == Ready))
            return conditions.Find(c => c is { Type: Ready, IsTrue: false });
        return conditions.Find(c => words.ReadyTypes.Has(c.Type) && !c.IsTrue)
            ?? conditions.Find(c => c is { Type: "Reconciling", IsTrue: true })
            ?? conditions.Find(c => c.IsTrue && words.FailureTypes.Has(c.Type) && words.WaitingReasons.Has(c.Reason));
    }

    /// <summary>A condition that says as a whole how the resource is, for its message.</summary>
    public static Condition? Whole(List<Condition> conditions, RuleWords words) =>
        conditions.Find(c => c.Type == Ready) ?? conditions.Find(c => words.ReadyTypes.Has(c.Type));
}
