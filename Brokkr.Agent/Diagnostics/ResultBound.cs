using Brokkr.Contracts;

namespace Brokkr.Agent.Diagnostics;

/// <summary>
/// Keeps a result within what the broker takes: logs of healthy containers go first, then the other logs, the oldest run first. Pure.
/// </summary>
internal static class ResultBound
{
    public static void Apply(Wire.SubmitResultRequest result, int most = Limits.ResultBytes)
    {
        if (result.CalculateSize() <= most)
            return;
        var healthy = result.PodStatuses
            .SelectMany(p => p.ContainerStatuses.Where(c => c is { Ready: true, RestartCount: 0 })
            .SelectMany(c => (string[])[$"{p.Name}/{c.Name}", $"{p.Namespace}/{p.Name}/{c.Name}"]))
            .ToHashSet(StringComparer.Ordinal);
        var order = result.LogTails.Keys.OrderByDescending(healthy.Contains).Select(k => (Map: result.LogTails, Key: k))
            .Concat(result.PreviousLogTails.Keys.Select(k => (Map: result.PreviousLogTails, Key: k)))
            .OrderByDescending(l => healthy.Contains(l.Key)).ToList();
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
