using Brokkr.Agent.Cluster;
using Brokkr.Agent.Deployment;
using Brokkr.Contracts;
using Brokkr.Contracts.Text;
using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Agent.Diagnostics;

/// <summary>Gathers what an operator without access to the cluster would ask for first: pods, containers, events, logs.</summary>
internal sealed class DiagnosticCollector(KubeClient client, ClusterState cluster, AgentOptions options, TimeProvider clock)
{
    private const int ParallelReads = 8;

    /// <summary>Far more than is kept after cleaning, so that one very long line does not hide the ones behind it.</summary>
    private const int ReadBytes = 256 * 1024;

    /// <summary>Whether the cluster was looked at: before that a result would be empty.</summary>
    public bool IsReady => cluster.Knows(ClusterWatcher.BaseKinds);

    /// <summary>Gathers for one deployment object. What cannot be read is a row of the completeness block, never a failure.</summary>
    public async Task<Wire.SubmitResultRequest> CollectAsync(DeploymentTarget target, CancellationToken ct)
    {
        var (snapshot, now) = (cluster.Snapshot(), clock.GetUtcNow());
        var attribution = Attribution.Of(target, snapshot);
        var pods = attribution.Pods.OrderBy(Rank).ThenByDescending(Restarts).ThenBy(p => p.Metadata.Name, StringComparer.Ordinal).ToList();
        var result = new Wire.SubmitResultRequest { CollectedAt = now.ToTimestamp(), Redaction = new() };
        result.PodStatuses.AddRange(pods.Select(p => p.ToWire()));
        AddReadability(result, snapshot);

        var (events, cut) = EventSelection.Of(attribution.Objects, snapshot, now - TimeSpan.FromMinutes(options.Diagnostics.EventLookbackMinutes));
        result.Events.AddRange(events);
        if (cut > 0)
            Note(result, "events", "truncated", $"{cut} older events were left out");
        await AddLogsAsync(result, pods, ct);
        WireCleaner.Clean(result);
        ResultBound.Apply(result);
        return result;
    }

    /// <summary>0 for what is broken, 1 for what is not ready, 2 for the rest.</summary>
    private static int Rank(Pod pod) => pod.Status.Phase is "Failed" or "Pending" or "Unknown" ? 0
        : pod.Status.Phase == "Succeeded" || pod.Status.Find("Ready")?.IsTrue == true ? 2 : 1;

    private static int Restarts(Pod pod) => pod.Status.ContainerStatuses.Concat(pod.Status.InitContainerStatuses).Sum(c => c.RestartCount);

    private static void AddReadability(Wire.SubmitResultRequest result, ClusterSnapshot snapshot)
    {
        foreach (var kind in (string[])["Pod", "Event"])
        {
            var readability = snapshot.Readability("", kind);
            var outcome = readability.Access switch { KindAccess.Readable => "ok", KindAccess.Forbidden => "forbidden", _ => "unavailable" };
            Note(result, $"{kind.ToLowerInvariant()}s", outcome, readability.Message);
        }
    }

    private async Task AddLogsAsync(Wire.SubmitResultRequest result, List<Pod> pods, CancellationToken ct)
    {
        var ambiguous = pods.GroupBy(p => p.Metadata.Name).Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet(StringComparer.Ordinal);
        var wanted = (from pod in pods
                      from container in pod.ToWire().ContainerStatuses
                      let key = ambiguous.Contains(pod.Metadata.Name)
                          ? $"{pod.Metadata.Namespace}/{pod.Metadata.Name}/{container.Name}"
                          : $"{pod.Metadata.Name}/{container.Name}"
                      from previous in container.RestartCount > 0 ? new[] { false, true } : [false]
                      select (Pod: pod, Container: container.Name, Key: key, Previous: previous)).ToList();
        var answers = new LogAnswer[wanted.Count];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = ct };
        await Parallel.ForAsync(0, wanted.Count, limits, async (i, stop) =>
        {
            var (pod, container, _, previous) = wanted[i];
            answers[i] = await client.ReadLogAsync(
                pod.Metadata.Namespace ?? "", pod.Metadata.Name, container, previous, options.Diagnostics.LogTailLines, ReadBytes, stop);
        });

        foreach (var (log, answer) in wanted.Zip(answers))
        {
            var query = $"{(log.Previous ? "previous logs" : "logs")} {log.Key}";
            if (answer.Outcome != "ok")
            {
                Note(result, query, answer.Outcome, answer.Message);
                continue;
            }

            var clean = LogCleaner.Clean(answer.Bytes, options.Diagnostics.LogTailLines, result.Redaction.Counts);
            (log.Previous ? result.PreviousLogTails : result.LogTails)[log.Key] = new() { Values = { clean.Lines.Select(Value.ForString) } };
            Note(result, query, clean.Cut > 0 ? "truncated" : "ok", clean.Cut > 0 ? $"{clean.Cut} older lines were left out" : "");
        }
    }

    private static void Note(Wire.SubmitResultRequest result, string query, string outcome, string message) =>
        result.Completeness.Add(new Wire.CollectionOutcome { Query = query, Outcome = outcome, Message = TextCleaner.Clean(message, Limits.MessageLength) });
}
