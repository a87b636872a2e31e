using System.Globalization;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Pods;

/// <summary>Judges how far a pod in phase Pending has come: scheduling, volumes, init containers, app containers. Pure.</summary>
internal static class PodStartRule
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan InitPatience = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan NodePatience = TimeSpan.FromMinutes(2);

    public static IEnumerable<Finding> Evaluate(Pod pod, IReadOnlyList<PodContainer> containers, RuleContext context)
    {
        var scheduled = pod.Status.Find("PodScheduled");
        if (scheduled is { IsTrue: false } && containers.Count == 0)
            return Unscheduled(pod, scheduled);
        var creating = containers.FirstOrDefault(c => c.State.Waiting?.Reason == ConditionWord.ContainerCreating);
        var waiting = creating ?? containers.FirstOrDefault(c => c.State.Waiting?.Reason == ConditionWord.PodInitializing);
        if (waiting is null)
            return [Waiting(pod, ConditionWord.Pending, PendingSince(pod))];
        var pull = PullOf(waiting, context);
        var findings = new List<Finding>
        {
            creating is null
                ? Initializing(pod, containers)
                : Waiting(pod, ConditionWord.ContainerCreating, PreparingSince(pod, containers)) with
                {
                    Container = creating.Name,
                    ContainerType = creating.Type,
                    Message = pull,
                },
        };
        if (NodeTrouble(pod, context) is { } trouble)
            findings.Add(trouble);
        return findings;
    }

    /// <summary>What a pod waits for, where neither it nor an event about it says why.</summary>
    public static string Purpose(Pod pod, string condition) => condition switch
    {
        ConditionWord.Pending when pod.Status.Find("PodScheduled") is { IsTrue: false } scheduled =>
            scheduled.Message is { Length: > 0 } text ? text : "It waits for the scheduler to choose a node.",
        ConditionWord.Pending => "It has a node, and waits for the kubelet there to begin with it.",
        ConditionWord.ContainerCreating => "Its node prepares its volumes, its network and its images.",
        ConditionWord.PodInitializing => "Its init containers come first.",
        ConditionWord.NotReady => "It is not ready yet.",
        _ => "",
    };

    private static IEnumerable<Finding> Unscheduled(Pod pod, Condition scheduled)
    {
        var gated = pod.Spec.SchedulingGates.Count > 0 || scheduled.Reason == ConditionWord.SchedulingGated;
        yield return Waiting(pod, ConditionWord.Pending, gated ? null : PendingSince(pod));
        if (gated)
        {
            yield return new(ConditionWord.SchedulingGated, Severity.Shown, pod.Id)
            {
                Since = Starts.Latest(pod, scheduled.LastTransitionTime, pod.Metadata.CreationTimestamp),
                Message =
                $"It waits for its scheduling gates to be removed: {string.Join(", ", pod.Spec.SchedulingGates.Select(g => g.Name))}.",
            };
        }
        else if (scheduled is { IsFalse: true, Reason: ConditionWord.Unschedulable })
        {
            yield return Waiting(pod, ConditionWord.Unschedulable, UnschedulableSince(pod, scheduled)) with
            {
                Message = scheduled.Message
                ?? ""
            };
        }
    }

    /// <summary>The condition does not change when a gate goes, so the removal counts where it is later.</summary>
    private static DateTimeOffset? UnschedulableSince(Pod pod, Condition scheduled) =>
        scheduled.LastTransitionTime is { } since ? Starts.Latest(pod, since, Starts.OfGeneration(pod)) : null;

    /// <summary>Removing a scheduling gate writes the specification, and little else does before a pod runs.</summary>
    private static DateTimeOffset? PendingSince(Pod pod) => Starts.Latest(pod, pod.Metadata.CreationTimestamp, Starts.OfGeneration(pod));

    private static Finding Initializing(Pod pod, IReadOnlyList<PodContainer> containers)
    {
        var running = containers.FirstOrDefault(c =>
            c.State.Running is not null && (c.IsInit || (c.Type == ContainerType.Sidecar && c.Status.Started == false)));
        return running is null
            ? Waiting(pod, ConditionWord.PodInitializing, PreparingSince(pod, containers))
            : Waiting(pod, ConditionWord.PodInitializing, Starts.Latest(pod, running.State.Running!.StartedAt)) with
            {
                After = InitPatience,
                Container = running.Name,
                ContainerType = running.Type,
                Message = $"The init container {running.Name} runs.",
            };
    }

    /// <summary>From the assignment to a node on; each init container that starts or ends well begins a new stretch.</summary>
    private static DateTimeOffset? PreparingSince(Pod pod, IReadOnlyList<PodContainer> containers) => Starts.Latest(pod,
    [
        pod.Status.Find("PodScheduled") is { IsTrue: true } scheduled ? scheduled.LastTransitionTime : null,
        .. containers.Where(c => c.Type != ContainerType.App).SelectMany(c => new[]
        {
            c.State.Running?.StartedAt,
            c.State.Terminated?.StartedAt,
            c.IsDone ? c.State.Terminated!.FinishedAt : null,
        }),
    ]);

    /// <summary>
    /// Which image is being pulled, and since when; nothing where none is, or where something went wrong since. No time that runs: each
    /// report would be a new one.
    /// </summary>
    private static string PullOf(PodContainer container, RuleContext context)
    {
        var events = context.Snapshot.EventsAbout(container.Pod.Metadata.Uid).ToList();
        var newest = EventText.Newest(events, e =>
            (e.Type == "Warning" || e.Reason is "Pulling" or "Pulled" or "Created") && e.Concerns(container.Name));
        return newest is { Reason: "Pulling", Message.Length: > 0, LastSeen: { } since }
            ? $"{newest.Message} since {since.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture)} UTC"
            : "";
    }

    private static Finding? NodeTrouble(Pod pod, RuleContext context)
    {
        var events = context.Snapshot.EventsAbout(pod.Metadata.Uid).ToList();
        var trouble = EventText.Newest(events, e => e.Reason is "FailedMount" or "FailedAttachVolume" or "FailedCreatePodSandBox");
        if (trouble is null)
            return null;
        var success = EventText.Newest(events, e =>
            e.Reason is "SuccessfulAttachVolume" or "SuccessfulMountVolume" or "Pulling" or "Pulled" or "Created" or "Started")?.LastSeen;
        if (trouble.LastSeen <= success)
            return null;
        return Waiting(pod, trouble.Reason!, Starts.Latest(pod, trouble.FirstSeen, success)) with
        {
            After = NodePatience,
            Message = trouble.Message ?? ""
        };
    }

    private static Finding Waiting(Pod pod, string condition, DateTimeOffset? since) =>
        new(condition, Severity.Pending, pod.Id) { Since = since, After = Patience };
}
