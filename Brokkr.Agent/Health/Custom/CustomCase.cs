using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Custom;

/// <summary>A custom resource as its rules see it.</summary>
/// <param name="Resource">The object.</param>
/// <param name="Context">The clock and the rest.</param>
/// <param name="IsOfCloud">Whether a cloud makes it, which takes its time.</param>
internal sealed record CustomCase(ProjectedObject Resource, RuleContext Context, bool IsOfCloud)
{
    private static readonly TimeSpan Youth = TimeSpan.FromMinutes(5);

    /// <summary>Whether its controller may not have come to it yet.</summary>
    public bool IsYoung => !(Context.Now - Resource.Metadata.CreationTimestamp >= Youth);

    /// <summary>What of it counts, once it has lasted.</summary>
    public Finding Fault(string text, Match match, TimeSpan? after = null) =>
        new(match.Condition is { } condition ? ReasonWord.Of(condition) : ReasonWord.Of(match.Value), Severity.Lasting, Resource.Id)
        {
            Since = Since(match, ownDeadline: after is not null),
            After = after ?? Patience.OfFault,
            Message = text,
        };

    /// <summary>That it is on its way, and until when that may take.</summary>
    /// <param name="text">What it says.</param>
    /// <param name="match">What says so.</param>
    /// <param name="after">The deadline of a rule; infinite where there is none; null for the usual one.</param>
    public Finding Waiting(string text, Match match, TimeSpan? after = null)
    {
        var patience = after ?? (IsOfCloud ? Patience.OfCloud : Patience.OfWaiting);
        var isEndless = patience == Timeout.InfiniteTimeSpan;
        return new(ConditionWord.Progressing, isEndless ? Severity.Progressing : Severity.Pending, Resource.Id)
        {
            Since = Since(match, ownDeadline: after is not null),
            After = isEndless ? TimeSpan.Zero : patience,
            Message = text,
        };
    }

    /// <summary>
    /// A time that the resource names, else when its status was last written. Who remembers nothing takes its creation then, which is too
    /// early a start for deadlines that were measured for something else.
    /// </summary>
    private DateTimeOffset? Since(Match match, bool ownDeadline) =>
        Starts.Latest(Resource, match.Since ?? match.Condition?.Since)
        ?? Starts.OfStatus(Resource)
        ?? (!Context.RemembersNothing ? null : ownDeadline ? Context.Now : Resource.Metadata.CreationTimestamp);
}
