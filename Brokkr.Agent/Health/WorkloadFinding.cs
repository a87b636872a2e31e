using Brokkr.Agent.Cluster;

namespace Brokkr.Agent.Health;

/// <summary>The findings that the rules of several workloads make. Pure.</summary>
internal static class WorkloadFinding
{
    public static Finding Progressing(Workload workload, string message) =>
        new(ConditionWord.Progressing, Severity.Progressing, workload.Id)
        {
            Message = message,
            Since = Starts.Latest(workload, workload.Metadata.CreationTimestamp, Starts.OfGeneration(workload)),
        };

    public static Finding Suspended(Workload workload, string message) => new(ConditionWord.Suspended, Severity.Suspended, workload.Id) { Message = message };

    public static Finding FromCondition(Workload workload, string word, Severity severity, Condition condition) => new(word, severity, workload.Id)
    {
        Since = Starts.Latest(workload, condition.LastTransitionTime),
        Message = condition.Message ?? condition.Reason ?? "",
    };
}
