using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Custom;

/// <summary>The two findings that custom resources have. Pure.</summary>
internal static class CustomFinding
{
    public static readonly TimeSpan FaultPatience = TimeSpan.FromMinutes(2);
    public static readonly TimeSpan WaitingPatience = TimeSpan.FromMinutes(15);

    public static Finding Fault(ProjectedObject resource, string text, Match match, TimeSpan? after) =>
        new(match.Condition is { } condition ? ReasonWord.Of(condition) : ReasonWord.Of(match.Value), Severity.Lasting, resource.Id)
        {
            Since = Starts.Latest(resource, match.Condition?.LastTransitionTime),
            After = after ?? FaultPatience,
            Message = text,
        };

    /// <summary>Without a time of its own, waiting began when the status was last written.</summary>
    public static Finding Waiting(ProjectedObject resource, string text, Condition? condition, TimeSpan? after) =>
        new(ConditionWord.Progressing, after is null ? Severity.Progressing : Severity.Pending, resource.Id)
        {
            Since = Starts.Latest(resource, condition?.LastTransitionTime) ?? Starts.OfStatus(resource),
            After = after ?? TimeSpan.Zero,
            Message = text,
        };
}
