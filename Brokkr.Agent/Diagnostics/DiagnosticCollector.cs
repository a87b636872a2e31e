using System.Text.Json;
using Brokkr.Agent.Cluster;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health;
using Brokkr.Agent.Targets;
using Brokkr.Contracts.Text;
using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Agent.Diagnostics;

/// <summary>
/// Gathers what an operator without access to the cluster would ask for first: what is wrong, and everything that it is drawn from.
/// </summary>
internal sealed class DiagnosticCollector(
    KubeReads reading, ClusterState cluster, Refusals refusals, ClusterOptions place, DiagnosticOptions options, HealthEvaluator rules,
    TimeProvider clock)
{
    /// <summary>Pods in a result, the worst first.</summary>
    private const int MostPods = 200;

    /// <summary>Pods whose logs, probes and resources are read: more say the same.</summary>
    private const int MostPodsInDetail = 50;

    private const int MostClaims = 50;
    private const int MostNamespaces = 10;
    private const int MostNodes = 50;

    /// <summary>Far more than is kept after cleaning, so that one very long line does not hide the ones behind it.</summary>
    private const int ReadBytes = 256 * 1024;

    /// <summary>Whether the cluster was looked at: before that a result would be empty.</summary>
    public bool IsReady => cluster.Knows(BaseKinds.Needed);

    /// <summary>
    /// Gathers for one deployment object. What cannot be read in time is a row of the completeness block, never a failure.
    /// </summary>
    public async Task<Wire.SubmitResultRequest> CollectAsync(Assignment assignment, TimeSpan time, CancellationToken ct)
    {
        var (snapshot, now) = (cluster.Snapshot(), clock.GetUtcNow());
        var target = assignment.Target;
        var attribution = Attribution.Of(target, snapshot);
        var health = rules.Evaluate(refusals.Begun(assignment, now), refusals.Of(target.Id), snapshot, now, int.MaxValue);
        var pods = WorstFirst(attribution.Pods, health, now);
        var result = new Wire.SubmitResultRequest { CollectedAt = now.ToTimestamp(), Redaction = new() };
        result.PodStatuses.AddRange(pods.Take(MostPods).Select(p => p.ToWire()));
        result.Workloads.AddRange(WorkloadTranslation.Rows(attribution.Objects));
        result.Completeness.AddRange(KindCompleteness.Of(attribution.Resources, snapshot, place.IsConfined));
        NoteCut(result, "pods", pods.Count - MostPods);
        AddNodes(result, pods, snapshot);

        var claims = new List<KubeObject>();
        var reads = new OnDemandReads();
        AddPodDetails(reads, result, pods);
        AddClaims(reads, result, pods, claims);
        AddQuotas(reads, result, attribution);
        var budget = new RedactionBudget();
        AddLogs(reads, result, pods, budget);
        using var patience = new TimeLimit(time, clock, ct);
        result.Completeness.AddRange(await reads.RunAsync(patience.Token, ct));

        var (events, cut) =
            EventSelection.Of(attribution.Objects.Concat(claims), snapshot, now - TimeSpan.FromMinutes(options.EventLookbackMinutes));
        result.Events.AddRange(events);
        NoteCut(result, "events", cut);
        result.Findings.AddRange(DiagnosticFindings.Of(health, snapshot, result, claims, now));
        WireCleaner.Clean(result, budget);
        ResultBound.Apply(result);
        return result;
    }

    private static List<Pod> WorstFirst(IEnumerable<Pod> pods, DeploymentHealth health, DateTimeOffset now)
    {
        var worst = health.Findings.GroupBy(f => f.Object).ToDictionary(g => g.Key, g => g.Max(f => f.RowAt(now)));
        return
        [
            .. pods.OrderByDescending(p => worst.GetValueOrDefault(p.Id)).ThenBy(Rank).ThenByDescending(Restarts)
                .ThenBy(p => p.Metadata.Name, StringComparer.Ordinal).ThenBy(p => p.Metadata.Namespace, StringComparer.Ordinal),
        ];
    }

    /// <summary>0 for what is broken, 1 for what is not ready, 2 for the rest.</summary>
    private static int Rank(Pod pod) => pod.Status.Phase is "Failed" or "Pending" or "Unknown" ? 0
        : pod.Status.Phase == "Succeeded" || pod.Status.Find("Ready")?.IsTrue == true ? 2 : 1;

    private static int Restarts(Pod pod) => pod.Status.ContainerStatuses.Concat(pod.Status.InitContainerStatuses).Sum(c => c.RestartCount);

    private static void AddNodes(Wire.SubmitResultRequest result, List<Pod> pods, ClusterSnapshot snapshot)
    {
        var names = pods.Select(p => p.Spec.NodeName).Where(n => n is { Length: > 0 }).Distinct().ToList();
        result.Nodes.AddRange(names.Take(MostNodes).Select(n => snapshot.Find(new("", "Node", "", n!))).OfType<Node>()
            .Select(n => n.ToWire()));
        NoteCut(result, "nodes", names.Count - MostNodes);
    }

    private void AddPodDetails(OnDemandReads reads, Wire.SubmitResultRequest result, List<Pod> pods)
    {
        NoteCut(result, "pods in detail", pods.Count - MostPodsInDetail);
        foreach (var (pod, row) in pods.Take(MostPodsInDetail).Zip(result.PodStatuses))
        {
            reads.Add($"pod {row.Namespace}/{row.Name}", ct => reading.ReadAsync(Path(row.Namespace, "pods", row.Name), null, ct), bytes =>
            {
                JsonSerializer.Deserialize(bytes, DetailJson.Default.PodDetail)!.AddTo(row);
                return "";
            });
        }
    }

    private void AddClaims(OnDemandReads reads, Wire.SubmitResultRequest result, List<Pod> pods, List<KubeObject> found)
    {
        var wanted = pods.SelectMany(p => p.Claims).Distinct().ToList();
        NoteCut(result, "claims", wanted.Count - MostClaims);
        foreach (var id in wanted.Take(MostClaims))
        {
            reads.Add($"claim {id.Namespace}/{id.Name}", ct =>
                reading.ReadAsync(Path(id.Namespace, "persistentvolumeclaims", id.Name), null, ct), bytes =>
            {
                var claim = JsonSerializer.Deserialize(bytes, DetailJson.Default.ClaimDetail)!;
                result.Claims.Add(claim.ToWire(id.Namespace));
                found.Add(new()
                {
                    ApiVersion = "v1",
                    Kind = id.Kind,
                    Metadata = new()
                    {
                        Name = id.Name,
                        Namespace = id.Namespace,
                        Uid = claim.Metadata.Uid,
                        CreationTimestamp = claim.Metadata.CreationTimestamp
                    },
                });
                return "";
            });
        }
    }

    private void AddQuotas(OnDemandReads reads, Wire.SubmitResultRequest result, Attribution attribution)
    {
        var namespaces = attribution.Resources.Select(r => r.Id.Namespace).Concat(attribution.Pods.Select(p => p.Metadata.Namespace ?? ""))
            .Where(ns => ns.Length > 0).Distinct().Order(StringComparer.Ordinal).ToList();
        NoteCut(result, "quotas", namespaces.Count - MostNamespaces);
        foreach (var ns in namespaces.Take(MostNamespaces))
        {
            reads.Add($"quotas {ns}", ct => reading.ReadAsync($"{Path(ns, "resourcequotas", "")}?limit=20", null, ct), bytes =>
            {
                result.Quotas.AddRange(JsonSerializer.Deserialize(bytes, DetailJson.Default.QuotaList)!.Items.Select(q => q.ToWire(ns)));
                return "";
            });
        }
    }

    private void AddLogs(OnDemandReads reads, Wire.SubmitResultRequest result, List<Pod> pods, RedactionBudget budget)
    {
        var keys = new LogKeys(pods);
        foreach (var (pod, row) in pods.Take(MostPodsInDetail).Zip(result.PodStatuses))
        {
            foreach (var container in row.ContainerStatuses)
            {
                var key = keys.Of(pod, container.Name);
                AddLog(row, container.Name, false, result.LogTails, $"logs {key}", key);
                if (container.RestartCount > 0)
                    AddLog(row, container.Name, true, result.PreviousLogTails, $"previous logs {key}", key);
            }
        }

        void AddLog(Wire.PodStatus row, string container, bool previous, IDictionary<string, ListValue> tails, string query, string key) =>
            reads.Add(
            query,
            ct => reading.ReadLogAsync(row.Namespace, row.Name, container, previous, options.LogTailLines, ReadBytes, ct),
            bytes =>
            {
                var clean = LogCleaner.Clean(bytes, options.LogTailLines, budget);
                tails[key] = new() { Values = { clean.Lines.Select(Value.ForString) } };
                return clean.Cut > 0 ? $"{clean.Cut} older lines were left out" : "";
            });
    }

    private static string Path(string ns, string plural, string name) =>
        $"api/v1/namespaces/{Uri.EscapeDataString(ns)}/{plural}{(name.Length > 0 ? $"/{Uri.EscapeDataString(name)}" : "")}";

    private static void NoteCut(Wire.SubmitResultRequest result, string query, int cut)
    {
        if (cut > 0)
            result.Completeness.Add(OnDemandReads.Outcome(query, "truncated", $"{cut} more were left out"));
    }
}
