using System.Globalization;
using System.Text.Json;
using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Health.Custom;

/// <summary>What single words and counters of a status mean, where there are no conditions or beside them. Pure.</summary>
internal static class StatusWords
{
    private const string Message = "status.message";

    /// <summary>Where controllers write one word.</summary>
    private static readonly string[] Names = ["phase", "state", "status", "*State", "*Status", "robustness", "health"];

    /// <summary>What was, or should be, is not what is.</summary>
    private static readonly string[] OtherTimes = ["history", "previous", "last", "desired", "target"];

    private static readonly string[] AskedPaths = ["spec.replicas", "spec.instances", "status.desiredNumberScheduled"];

    private static readonly string[] CounterPaths =
        ["status.readyReplicas", "status.availableReplicas", "status.readyInstances", "status.numberReady", "status.replicas"];

    private const string ReadyFlag = "status.ready";

    /// <summary>Everything that is looked at here.</summary>
    public static readonly IReadOnlyList<string> Paths =
        [.. Names.Select(name => $"status.{name}"), .. AskedPaths, .. CounterPaths, ReadyFlag, Message, "status.?"];

    /// <summary>The words of the status that speak of now.</summary>
    public static List<string> Of(ProjectedObject resource) =>
    [
        .. resource.At("status").Where(s => s.ValueKind == JsonValueKind.Object).SelectMany(s => s.EnumerateObject())
            .Where(p => p.Value.ValueKind == JsonValueKind.String && Array.Exists(Names, name => JsonPaths.Fits(name, p.Name))
                && !Array.Exists(OtherTimes, other => p.Name.Contains(other, StringComparison.OrdinalIgnoreCase)))
            .Select(p => p.Value.GetString()!).Where(word => word.Length > 0),
    ];

    /// <summary>Words are compared without what separates their parts.</summary>
    public static string? Find(IEnumerable<string> found, WordList words) => found.FirstOrDefault(w => words.Has(Bare(w)) || words.Has(w));

    public static string TextOf(ProjectedObject resource, string word) =>
        resource.Text(Message) is { Length: > 0 } message ? $"{word}: {message}" : $"It says {word}.";

    /// <summary>What is less than it should be, as a sentence; null where nothing is.</summary>
    public static string? Shortage(ProjectedObject resource)
    {
        if (resource.Text(ReadyFlag) == "false")
            return "It says that it is not ready.";
        if (!CounterPaths.Any(path => resource.Number(path) is not null)
            || AskedPaths.Select(path => resource.Number(path)).FirstOrDefault(n => n is not null) is not { } asked)
            return null;
        var ready = CounterPaths.SkipLast(1).Select(path => resource.Number(path)).Where(n => n is not null).DefaultIfEmpty(0).Min()!.Value;
        return ready < asked ? string.Create(CultureInfo.InvariantCulture, $"{ready}/{asked} ready") : null;
    }

    /// <summary>Whether the status has a counter or a flag that is read here.</summary>
    public static bool HasCounters(ProjectedObject resource) => CounterPaths.Append(ReadyFlag).Any(path => resource.Text(path) is not null);

    private static string Bare(string word) =>
        word.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
}
