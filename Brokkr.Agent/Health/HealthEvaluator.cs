using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health.Findings;
using Brokkr.Agent.Health.Kinds;
using Brokkr.Agent.Health.Pods;
using Brokkr.Agent.Targets;
using Brokkr.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Brokkr.Agent.Health;

/// <summary>
/// Judges a deployment object: each resource, each pod, and the worst of it. Pure; the order of objects and events does not matter.
/// </summary>
/// <param name="options">What the operator set.</param>
/// <exception cref="Contracts.Configuration.ConfigurationException">The operator's rules cannot be used.</exception>
/// <param name="log">Takes what a rule throws.</param>
internal sealed class HealthEvaluator(HealthOptions options, ILogger<HealthEvaluator>? log = null)
{
    private readonly RuleGuard _guard = new(log ?? NullLogger<HealthEvaluator>.Instance);
    private readonly TimeSpan _oomWindow = TimeSpan.FromMinutes(options.OomWindowMinutes);

    /// <inheritdoc cref="RuleContext.RemembersNothing"/>
    public bool RemembersNothing { get; init; }

    /// <summary>What is kept of which kind, and how it is judged.</summary>
    public KindTable Kinds { get; } = new(options.ReadRules());

    /// <param name="assignment">The deployment object.</param>
    /// <param name="refused">What of it was refused when it was last applied.</param>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="now">The clock.</param>
    /// <param name="mostRows">How many rows and findings are kept, the worst.</param>
    /// <param name="before">What the judgement before this one saw begin; null for the first.</param>
    public DeploymentHealth Evaluate(
        Assignment assignment, IReadOnlyList<Refusal> refused, ClusterSnapshot snapshot, DateTimeOffset now,
        int mostRows = Limits.SummaryRows, SeenStarts? before = null) =>
        _guard.Run(new("", "", "", assignment.Target.Name), () => EvaluateAll(assignment, refused, snapshot, now, mostRows, before),
            failed => DeploymentHealth.Of(assignment.Target.Id, now, default, [], [failed]));

    private DeploymentHealth EvaluateAll(Assignment assignment, IReadOnlyList<Refusal> refused, ClusterSnapshot snapshot,
        DateTimeOffset now, int mostRows, SeenStarts? before)
    {
        var target = assignment.Target;
        if (assignment.Malformed is { } reason)
            return DeploymentHealth.Malformed(target.Id, target.Name, reason, target.SubmittedAt, now);
        var seen = before?.Next() ?? new();
        var context = new RuleContext(snapshot, now, target.SubmittedAt, _oomWindow) { Seen = seen, RemembersNothing = RemembersNothing };
        var attribution = Attribution.Of(target, snapshot);
        var pods = attribution.Pods.ToDictionary(
            p => p.Id, p => _guard.Run(p.Id, () => WithCause(PodRule.Evaluate(p, context), p, snapshot), f => [f]));
        var faulty = pods.Where(p => p.Value.Any(f => f.IsFaultAt(now))).Select(p => p.Key).ToHashSet();
        foreach (var id in faulty)
            pods[id] = [.. pods[id].Where(f => !ConditionWord.IsGeneric(f.Condition))];

        var judged = attribution.Resources.Select(r =>
            (Resource: r, Verdict: _guard.Run(r.Id, () => WithCause(Judge(r, context), r.Found, snapshot), f => new(f.Message, [f]))))
            .ToList();
        if (judged.Exists(j => !IsForbidden(j.Verdict)))
            judged = [.. judged.Select(j => (j.Resource, LeaveOutForbidden(j.Verdict, Kinds.For(j.Resource.Id))))];
        var isRollingOut = judged.Exists(j => IsRollingOut(j.Verdict));
        judged = [.. judged.Select(j => (j.Resource, DropProgressing(j.Verdict, j.Resource, faulty, now)))];
        judged = [.. judged.Select(j => (j.Resource, DropShortage(j.Verdict, j.Resource, pods, now)))];
        judged = [.. judged.Select(j => (j.Resource, RefusalRule.Evaluate(j.Resource, j.Verdict, refused)))];
        var hidden = RefusalRule.OfOthers(judged.Select(j => j.Resource.Manifest), refused, snapshot);

        var resourceIds = judged.Select(j => j.Resource.Id).ToHashSet();
        var rows = judged.Select(j => Row(j.Resource, j.Verdict, pods, now))
            .Concat(attribution.Pods.Where(p => pods[p.Id].Count > 0 && !resourceIds.Contains(p.Id))
            .Select(p => PodRow(p, pods[p.Id], now)));
        var findings = hidden.Concat(judged.SelectMany(j => j.Verdict.Findings)).Concat(pods.Values.SelectMany(f => f));
        return DeploymentHealth.Of(target.Id, now, Count(judged.Select(j => j.Resource)), rows, findings, mostRows) with
        {
            IsRollingOut = isRollingOut,
            Seen = seen,
        };
    }

    /// <summary>What says nothing of its cause says what the newest event about its object warns of, or what it waits for.</summary>
    private static IReadOnlyList<Finding> WithCause(IReadOnlyList<Finding> findings, KubeObject found, ClusterSnapshot snapshot)
    {
        if (findings.All(f => f.Message.Length > 0 || f.Object != found.Id))
            return findings;
        var cause = EventText.Warning(snapshot.EventsAbout(found.Metadata.Uid))?.Message;
        return
        [
            .. findings.Select(f => f.Message.Length > 0 || f.Object != found.Id
                ? f
                : f with { Message = cause ?? (found is Pod pod ? PodStartRule.Purpose(pod, f.Condition) : "") }),
        ];
    }

    private static Verdict WithCause(Verdict verdict, KubeObject? found, ClusterSnapshot snapshot) =>
        found is null ? verdict : verdict with { Findings = WithCause(verdict.Findings, found, snapshot) };

    private Verdict Judge(AttributedResource resource, RuleContext context)
    {
        var (rule, snapshot) = (Kinds.For(resource.Id), context.Snapshot);
        List<Finding> unreadable =
            [.. AbsentRule.UnreadablePods(resource.Id, rule, snapshot), .. resource.Owned.Where(IsUnread).Select(AbsentRule.Unread)];
        if (resource.Found is not { } found || AbsentRule.IsOutOfSight(resource.Id, snapshot))
        {
            var absent = AbsentRule.Evaluate(resource, rule, context);
            return absent with { Findings = [.. absent.Findings, .. unreadable] };
        }

        if (IsUnread(found))
            return new(AbsentRule.Unread(found).Message, [AbsentRule.Unread(found), .. unreadable]);
        var arePodsKnown = AbsentRule.ArePodsKnown(resource.Id, rule, snapshot) && !resource.Owned.Any(IsUnread);
        var verdict = ResourceRule.Evaluate(resource, found, rule, arePodsKnown, context);
        return verdict with { Findings = [.. verdict.Findings, .. unreadable, .. OfClaims(resource, context)] };
    }

    private static bool IsUnread(KubeObject found) => found.Unread is not null;

    /// <summary>What is wrong with the claims that a resource's pods mount.</summary>
    private static IEnumerable<Finding> OfClaims(AttributedResource resource, RuleContext context) =>
        resource.Owned.OfType<ProjectedObject>()
        .Where(o => o is { Kind: "PersistentVolumeClaim", Metadata.DeletionTimestamp: null })
        .SelectMany(claim => ClaimRule.Evaluate(claim, context).Findings);

    /// <summary>Whether nothing is known of a resource because the agent has no right to read it.</summary>
    private static bool IsForbidden(Verdict verdict) =>
        verdict.Findings.Count > 0 && verdict.Findings.All(f => f.Condition == ConditionWord.Forbidden);

    /// <summary>What was stopped on purpose rolls nothing out, whatever it is short of.</summary>
    private static bool IsRollingOut(Verdict verdict) => !verdict.IsRolledOut
        && verdict.Findings.Any(f => f.Condition == ConditionWord.Progressing)
        && !verdict.Findings.Any(f => f.Severity == Severity.Suspended);

    /// <summary>What merely has to exist is left out of the roll-up; of everything else nobody knows how it does.</summary>
    private static Verdict LeaveOutForbidden(Verdict verdict, KindRule rule) => rule.MerelyExists && IsForbidden(verdict)
        ? verdict with { Findings = [.. verdict.Findings.Select(f => f with { Severity = Severity.LeftOut })] }
        : verdict;

    /// <summary>That a workload is on its way is no news where it, or one of its pods, says what is wrong.</summary>
    private static Verdict DropProgressing(Verdict verdict, AttributedResource resource, HashSet<ResourceId> faultyPods,
        DateTimeOffset now) =>
        verdict.Findings.Any(f => f.IsFaultAt(now)) || resource.Pods.Any(p => faultyPods.Contains(p.Id))
            ? verdict with { Findings = [.. verdict.Findings.Where(f => f.Condition != ConditionWord.Progressing)] }
            : verdict;

    /// <summary>That a workload is short of ready pods is no news where one of its pods says why.</summary>
    private static Verdict DropShortage(
        Verdict verdict, AttributedResource resource, Dictionary<ResourceId, IReadOnlyList<Finding>> pods, DateTimeOffset now) =>
        verdict.Findings.Any(f => ConditionWord.IsShortage(f.Condition))
        && resource.Pods.Any(p => pods[p.Id].Any(f => f.RowAt(now) >= RowStatus.Degraded))
            ? verdict with { Findings = [.. verdict.Findings.Where(f => !ConditionWord.IsShortage(f.Condition))] }
            : verdict;

    private static ResourceRow Row(AttributedResource resource, Verdict verdict, Dictionary<ResourceId, IReadOnlyList<Finding>> pods,
        DateTimeOffset now)
    {
        var status = verdict.Findings.Concat(resource.Pods.SelectMany(p => pods[p.Id])).Select(f => f.RowAt(now)).Append(verdict.Row).Max();
        // What was stopped on purpose is not on its way, whatever it is short of.
        if (status == RowStatus.Progressing && verdict.Findings.Any(f => f.Severity == Severity.Suspended))
            status = RowStatus.Suspended;
        var apiVersion = resource.Found is { ApiVersion.Length: > 0 } found ? found.ApiVersion : resource.Manifest.ApiVersion;
        return new(resource.Id, apiVersion, status, Message(resource, verdict, pods, status, now));
    }

    /// <summary>A row that one of its pods makes as bad as it is names the pod, the container and what is wrong with it.</summary>
    private static string Message(
        AttributedResource resource, Verdict verdict, Dictionary<ResourceId, IReadOnlyList<Finding>> pods, RowStatus status,
        DateTimeOffset now)
    {
        if (status < RowStatus.Degraded || verdict.Findings.Any(f => f.RowAt(now) == status))
            return verdict.Message;
        var worst = resource.Pods.SelectMany(p => pods[p.Id]).Where(f => f.RowAt(now) == status && f.Object != resource.Id)
            .OrderBy(f => f.Object.Name, StringComparer.Ordinal)
            .ThenBy(f => f.Container, StringComparer.Ordinal)
            .ThenBy(f => f.Condition, StringComparer.Ordinal)
            .FirstOrDefault();
        if (worst is null)
            return verdict.Message;
        var container = worst.Container.Length > 0 ? $", container {worst.Container}" : "";
        return $"{verdict.Message}; pod {worst.Object.Name}{container}: {worst.Text}";
    }

    private static ResourceRow PodRow(Pod pod, IReadOnlyList<Finding> findings, DateTimeOffset now)
    {
        var worst = findings.OrderByDescending(f => f.RowAt(now))
            .ThenBy(f => f.Container, StringComparer.Ordinal)
            .ThenBy(f => f.Condition, StringComparer.Ordinal)
            .First();
        return new(pod.Id, pod.ApiVersion.Length > 0 ? pod.ApiVersion : "v1", findings.Max(f => f.RowAt(now)), worst.Text);
    }

    /// <summary>
    /// Sums over the resources the larger of the expected and the live pods; a resource that another one owns is counted there.
    /// </summary>
    private PodCount Count(IEnumerable<AttributedResource> resources)
    {
        var (ready, total) = (0, 0L);
        foreach (var resource in resources.Where(r => !r.Nested))
        {
            var live = resource.Pods.Where(PodRule.IsLive).ToList();
            ready += live.Count(PodRule.IsReady);
            total += Math.Max(_guard.Run(resource.Id, () => Expected(resource), _ => 0), live.Count);
        }

        return new(ready, (int)Math.Min(total, int.MaxValue));
    }

    private int Expected(AttributedResource resource)
    {
        var rule = Kinds.For(resource.Id);
        if (resource.Found is not { } found)
            return AbsentRule.ExpectedPods(resource, rule);
        return found.Metadata.DeletionTimestamp is null ? rule.ExpectedPods?.Invoke(found) ?? 0 : 0;
    }
}
