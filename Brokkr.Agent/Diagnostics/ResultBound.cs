using Brokkr.Contracts;

namespace Brokkr.Agent.Diagnostics;

/// <summary>
/// Keeps a result within what the broker takes: logs of containers that are well, or ended so, go first, then those of the pods that come
/// last. Pure.
/// </summary>
internal static class ResultBound
{
    public static void Apply(Wire.SubmitResultRequest result, int most = Limits.ResultBytes)
    {
        if (result.CalculateSize() <= most)
            return;
        var places = new Dictionary<string, (bool IsWell, int At)>(StringComparer.Ordinal);
        foreach (var (at, pod) in result.PodStatuses.Index())
        {
            foreach (var container in pod.ContainerStatuses)
            {
                var place = (IsWell: pod.Phase == "Succeeded" || container is { Ready: true, RestartCount: 0 }, at);
                places.TryAdd($"{pod.Name}/{container.Name}", place);
                places.TryAdd($"{pod.Namespace}/{pod.Name}/{container.Name}", place);
            }
        }

        var order = result.LogTails.Keys.Select(k => (Map: result.LogTails, Key: k))
            .Concat(result.PreviousLogTails.Keys.Select(k => (Map: result.PreviousLogTails, Key: k)))
            .OrderByDescending(l => places.GetValueOrDefault(l.Key).IsWell)
            .ThenByDescending(l => places.GetValueOrDefault(l.Key).At)
            .ToList();
        foreach (var (map, key) in order)
        {
            map.Remove(key);
            Note(result, $"logs {key}", "left out to keep the result within its size");
            if (result.CalculateSize() <= most)
                return;
        }

        while (result.CalculateSize() > most && result.PodStatuses.Count > 1)
        {
            var last = result.PodStatuses[^1];
            result.PodStatuses.RemoveAt(result.PodStatuses.Count - 1);
            Note(result, $"pod {last.Namespace}/{last.Name}", "left out to keep the result within its size");
        }
    }

    private static void Note(Wire.SubmitResultRequest result, string query, string message) =>
        result.Completeness.Add(new Wire.CollectionOutcome { Query = query, Outcome = "truncated", Message = message });
}
