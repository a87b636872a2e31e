using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health;
using Brokkr.Agent.Health.Findings;
using Brokkr.Agent.Health.Pods;
using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Agent.Diagnostics;

/// <summary>
/// Says first what is wrong: the findings of the health rules, causes before consequences, each once for all pods that show it. Pure.
/// </summary>
internal static class DiagnosticFindings
{
    public const int Most = 5;

    /// <param name="health">What the rules say.</param>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="result">What was gathered: the findings point into it.</param>
    /// <param name="claims">The claims that were read for this result alone.</param>
    /// <param name="now">The clock.</param>
    public static IEnumerable<Wire.DiagnosticFinding> Of(
        DeploymentHealth health, ClusterSnapshot snapshot, Wire.SubmitResultRequest result, IReadOnlyList<KubeObject> claims,
        DateTimeOffset now)
    {
        var coded = health.Findings.Where(IsShown).Concat(OfClaims(health, result, claims, snapshot))
            .Select(f => Coded(f, snapshot)).ToList();
        var starved = coded.Where(c => c.Code == FindingCode.OutOfMemory).Select(c => (c.Fact.Object, c.Fact.Container)).ToHashSet();
        coded.RemoveAll(c => c.Code == FindingCode.CrashLoop && starved.Contains((c.Fact.Object, c.Fact.Container)));
        // How a Job's pods ended stands with the Job.
        if (coded.Exists(c => c.Code == FindingCode.JobFailed))
            coded.RemoveAll(c => c.Code == FindingCode.PodFailed && c.Fact.Severity == Severity.Shown);
        if (coded.Exists(c => c.Code.Weight < FindingCode.NotYet))
            coded.RemoveAll(c => c.Code.Weight is >= FindingCode.NotYet and < FindingCode.History);
        return coded.GroupBy(c => (c.Code, OwnerOf(c.Fact.Object, snapshot), c.Fact.Container))
            .Select(g => (g.First().Code, Worst: Worst(g, now), Affected: g.Select(c => c.Fact.Object).Distinct().Count()))
            .OrderBy(g => g.Code.Weight >= FindingCode.History)
            .ThenBy(g => g.Worst.RowAt(now) < RowStatus.Unknown)
            .ThenBy(g => g.Code.Weight >= FindingCode.Consequence)
            .ThenByDescending(g => g.Worst.RowAt(now))
            .ThenBy(g => g.Code.Weight)
            .ThenByDescending(g => g.Affected)
            .ThenBy(g => g.Worst.Object.ToString(), StringComparer.Ordinal).ThenBy(g => g.Worst.Container, StringComparer.Ordinal)
            .Take(Most)
            .Select(g => ToWire(g.Code, g.Worst, g.Affected, result, now));
    }

    /// <summary>What is as somebody wanted it, and what others vouch for, is no finding here.</summary>
    private static bool IsShown(Finding finding) => finding.Severity switch
    {
        Severity.Suspended or Severity.LeftOut => false,
        Severity.Shown =>
        finding.Condition is ConditionWord.Evicted or ConditionWord.PodFailed or ConditionWord.Restarted or ConditionWord.SchedulingGated,
        _ => true,
    };

    private static (FindingCode Code, Finding Fact) Coded(Finding finding, ClusterSnapshot snapshot)
    {
        var code = FindingCode.Of(finding);
        if (finding.Object.Kind != "Pod" || snapshot.Find(finding.Object) is not Pod pod)
            return (code, finding);
        var events = snapshot.EventsAbout(pod.Metadata.Uid).ToList();
        if (code == FindingCode.NotReady && finding.Probe is not null)
            return (FindingCode.ProbeFails, finding);
        if (code == FindingCode.CrashLoop && NeverRan(pod, finding.Container))
            return (FindingCode.ContainerStart, finding);
        if (code != FindingCode.CrashLoop || !events.Exists(e => e.Reason == "Killing" && e.Concerns(finding.Container) && SaysProbe(e)))
            return (code, finding);
        var why = EventText.Newest(events, e => e.Reason == "Unhealthy" && e.Concerns(finding.Container)
            && e.ProbeOf() is ProbeType.Liveness or ProbeType.Startup);
        return (FindingCode.ProbeKills, why is null
            ? finding
            : finding with { Message = $"{why.Message?.Trim()} ({finding.Message})", Probe = why.ProbeOf() });
    }

    /// <summary>Whether the runtime could not even start the process.</summary>
    private static bool NeverRan(Pod pod, string container) => PodContainer.Of(pod)
        .Where(c => c.Name == container).Select(c => c.State.Terminated ?? c.Status.LastState.Terminated)
        .Any(end => end?.Reason is "StartError" or "ContainerCannotRun");

    private static bool SaysProbe(KubeEvent killing) =>
        killing.Message is { } text
            && (text.Contains("failed liveness probe", StringComparison.Ordinal)
            || text.Contains("failed startup probe", StringComparison.Ordinal));

    /// <summary>The rules look at claims only where manifests name that kind.</summary>
    private static IEnumerable<Finding> OfClaims(
        DeploymentHealth health, Wire.SubmitResultRequest result, IReadOnlyList<KubeObject> claims, ClusterSnapshot snapshot)
    {
        var known = health.Findings.Select(f => f.Object).ToHashSet();
        foreach (var claim in claims.Where(c => !known.Contains(c.Id)))
        {
            var row = result.Claims.FirstOrDefault(c => c.Name == claim.Metadata.Name && c.Namespace == claim.Metadata.Namespace);
            if (row is null or { Phase: "Bound" })
                continue;
            var newest = EventText.Newest(snapshot.EventsAbout(claim.Metadata.Uid), _ => true);
            // A claim that waits for its pod to be scheduled says nothing of its own.
            if (newest?.Reason == "WaitForFirstConsumer" || (newest is null && row.Phase != "Lost"))
                continue;
            yield return new(row.Phase == "Lost" ? ConditionWord.Lost : ConditionWord.Pending, Severity.Degraded, claim.Id)
            {
                Since = claim.Metadata.CreationTimestamp,
                Message = newest?.Message ?? "Its volume is gone.",
            };
        }
    }

    /// <summary>Pods of one owner show the same thing together.</summary>
    private static string OwnerOf(ResourceId id, ClusterSnapshot snapshot) =>
        id.Kind == "Pod" && snapshot.Find(id)?.Metadata.Controller is { } owner ? owner.Uid : id.ToString();

    private static Finding Worst(IEnumerable<(FindingCode Code, Finding Fact)> same, DateTimeOffset now) => same.Select(s => s.Fact)
        .OrderByDescending(f => f.RowAt(now)).ThenByDescending(f => f.Restarts).ThenBy(f => f.Object.ToString(), StringComparer.Ordinal)
        .First();

    /// <summary>What of the manifest the fact has to be held against.</summary>
    private static string Setting(FindingCode code, Finding fact, Wire.Finding said, Wire.SubmitResultRequest result)
    {
        var container = result.PodStatuses.Where(p => p.Name == said.Name && p.Namespace == said.Namespace && said.Kind == "Pod")
            .SelectMany(p => p.ContainerStatuses).FirstOrDefault(c => c.Name == said.Container);
        if (code == FindingCode.OutOfMemory && container?.Limits.TryGetValue("memory", out var limit) == true)
            return $" Its limit is {limit}.";
        var type = fact.Probe?.ToString().ToLowerInvariant();
        return container?.Probes.FirstOrDefault(p => p.Type == type) is { } probe
            ? $" (it asks {probe.Kind} {probe.Target} every {probe.PeriodSeconds} s and waits {probe.TimeoutSeconds} s)"
            : "";
    }

    private static Wire.DiagnosticFinding ToWire(FindingCode code, Finding fact, int affected, Wire.SubmitResultRequest result,
        DateTimeOffset now)
    {
        var said = fact.ToWire(now, new());
        var wire = new Wire.DiagnosticFinding
        {
            Code = code.Word,
            Severity = said.Severity,
            Kind = said.Kind,
            Name = said.Name,
            Namespace = said.Namespace,
            Container = said.Container,
            Message = $"{said.Message.TrimEnd()}{Setting(code, fact, said, result)}",
            Advice = code.Advice,
            Since = fact.Since?.ToTimestamp(),
            Restarts = said.Restarts,
            Affected = affected,
            Condition = said.Condition,
        };
        if (said.HasExitCode)
            wire.ExitCode = said.ExitCode;
        if (said.HasSignal)
            wire.Signal = said.Signal;
        FindingEvidence.AddTo(wire, result);
        return wire;
    }
}
