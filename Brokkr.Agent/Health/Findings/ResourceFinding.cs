using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Health.Findings;

/// <summary>The findings that the rules of several kinds make. Pure.</summary>
internal static class ResourceFinding
{
    public static Finding Progressing(KubeObject found, string message) =>
        new(ConditionWord.Progressing, Severity.Progressing, found.Id)
        {
            Message = message,
            Since = Starts.Latest(found, found.Metadata.CreationTimestamp, Starts.OfGeneration(found)),
        };

    public static Finding Suspended(KubeObject found, string message) =>
        new(ConditionWord.Suspended, Severity.Suspended, found.Id) { Message = message };

    public static Finding FromCondition(KubeObject found, string word, Severity severity, Condition condition) =>
        new(word, severity, found.Id)
        {
            Since = Starts.Latest(found, condition.LastTransitionTime),
            Message = TextOf(condition),
        };

    /// <summary>What a condition says, for people.</summary>
    public static string TextOf(Condition condition) => condition switch
    {
        { Message: { Length: > 0 } message } => message,
        { Reason: { Length: > 0 } reason } => reason,
        _ => $"{condition.Type} is {condition.Status}",
    };
}
