using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health.Findings;
using Brokkr.Agent.Targets;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>
/// Judges what is not there: an object that should exist, a kind that is not served, a kind that could not be read. Pure.
/// </summary>
internal static class AbsentRule
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);
    private static readonly KindId Pods = new("", "Pod");

    /// <summary>Judges a resource that was not found.</summary>
    public static Verdict Evaluate(AttributedResource resource, KindRule rule, RuleContext context)
    {
        var (id, access) = (resource.Id, context.Snapshot.Readability(resource.Id.Group, resource.Id.Kind, resource.Id.Namespace));
        if (access.Access is KindAccess.Forbidden or KindAccess.Unavailable)
        {
            var unreadable = Unreadable(id, access);
            return new(unreadable.Message, [unreadable]);
        }

        if (access.Access == KindAccess.NotServed)
        {
            var group = id.Group.Length > 0 ? id.Group : "core";
            return Missing(ConditionWord.KindNotServed, Severity.Degraded,
                $"The cluster has no kind {id.Kind} in the group {group}; install what defines it.");
        }

        if (id is { Group: "batch", Kind: "Job" } && resource.Manifest.Scalar("spec", "ttlSecondsAfterFinished") is not null)
            return new("Not there; it removes itself after it has finished.", []);
        var worst = rule.BearsPods ? Severity.Failing : Severity.Degraded;
        return Missing(ConditionWord.ResourceMissing, worst, "It does not exist in the cluster.");

        Verdict Missing(string condition, Severity severity, string message) =>
            new(message, [new(condition, severity, id) { Since = context.SubmittedAt, After = Grace, Message = message }]);
    }

    /// <summary>
    /// Whether the object's kind was out of reach when the snapshot was taken, or may not be read any more, so that what is known of it is
    /// old.
    /// </summary>
    public static bool IsOutOfSight(ResourceId id, ClusterSnapshot snapshot) =>
        snapshot.Readability(id.Group, id.Kind, id.Namespace).Access is KindAccess.Unavailable or KindAccess.Forbidden;

    /// <summary>Of an object that is not as its kind is written, the agent knows no more than that it exists.</summary>
    public static Finding Unread(KubeObject found) =>
        new(ConditionWord.Unavailable, Severity.Unreadable, found.Id) { Message = $"The object could not be read: {found.Unread}" };

    /// <summary>Which of the kinds that lead to a resource's pods could not be read; nothing for kinds without pods.</summary>
    public static IReadOnlyList<Finding> UnreadablePods(ResourceId id, KindRule rule, ClusterSnapshot snapshot)
    {
        if (!rule.BearsPods)
            return [];
        return
        [
            .. from kind in rule.Through is { } through ? new[] { through, Pods } : [Pods]
               let access = snapshot.Readability(kind.Group, kind.Kind, id.Namespace)
               where access.Access is not (KindAccess.Readable or KindAccess.NotGiven)
               select Unreadable(new(kind.Group, kind.Kind, "", ""), access),
        ];
    }

    /// <summary>Whether the objects that lead to a resource's pods, and the pods, are all before the rules.</summary>
    public static bool ArePodsKnown(ResourceId id, KindRule rule, ClusterSnapshot snapshot)
    {
        return IsRead(Pods) && (rule.Through is not { } through || IsRead(through));

        bool IsRead(KindId kind) => snapshot.Readability(kind.Group, kind.Kind, id.Namespace).Access == KindAccess.Readable;
    }

    private static Finding Unreadable(ResourceId id, KindReadability access)
    {
        var (word, advice) = access.Access == KindAccess.Forbidden
            ? (ConditionWord.Forbidden, $"The agent may not read {id.Kind} objects; grant it get, list and watch.")
            : (ConditionWord.Unavailable, $"{id.Kind} objects could not be read from the API server.");
        return new(word, Severity.Unreadable, id) { Message = access.Message.Length > 0 ? $"{advice} {access.Message}" : advice };
    }
}
