using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Targets;
using Brokkr.Contracts.Manifests;

namespace Brokkr.Tests.Agent;

/// <summary>The objects recorded from a real cluster, and the manifests they come from.</summary>
internal static partial class RecordedCluster
{
    private static readonly string Objects = Path.Combine(RepositoryRoot.Fixtures, "recorded", "objects");

    private static readonly Lazy<IReadOnlyList<KubeObject>> AllObjects = new(() => ReadAnew());

    private static readonly Lazy<IReadOnlyList<KubeEvent>> AllEvents = new(() =>
        Items(File.ReadAllText(Path.Combine(Objects, "events.core.json")), ClusterJson.Default.KubeEvent));

    /// <summary>The newest timestamp in the recording.</summary>
    public static DateTimeOffset Moment { get; } = Directory.GetFiles(Objects).Max(file => NewestTime(File.ReadAllText(file)))!.Value;

    public static ClusterSnapshot Snapshot { get; } = new([.. AllObjects.Value], AllEvents.Value);

    public static IReadOnlyList<KubeObject> Everything => AllObjects.Value;

    public static IReadOnlyList<KubeEvent> Events => AllEvents.Value;

    /// <summary>The objects as another agent reads them.</summary>
    public static IReadOnlyList<KubeObject> ReadAnew() => [.. Files().SelectMany(ReadList)];

    /// <summary>A deployment object as the scenario's file submits it, a little before its objects came to be.</summary>
    public static DeploymentTarget Scenario(string name) => new(
        Guid.Parse("6f8f5a4e-2f0e-4a57-9d3a-0c6f3b1f7e11"),
        name,
        new(2026, 11, 23, 21, 52, 0, TimeSpan.Zero),
        ManifestReader.Read(File.ReadAllText(Path.Combine(RepositoryRoot.Fixtures, "scenarios", $"{name}.yaml"))));

    /// <summary>The events of the watch that was recorded over the crashing pods, each with the newest time it holds.</summary>
    public static IEnumerable<(Pod Pod, DateTimeOffset Moment)> WatchedPods()
    {
        foreach (var line in File.ReadLines(Path.Combine(RepositoryRoot.Fixtures, "recorded", "http", "watch-pods.jsonl")))
        {
            using var change = JsonDocument.Parse(line);
            var text = change.RootElement.GetProperty("object").GetRawText();
            yield return (JsonSerializer.Deserialize(text, ClusterJson.Default.Pod)!, NewestTime(text)!.Value);
        }
    }

    private static IEnumerable<string> Files() =>
        Directory.GetFiles(Objects).Where(file => !Path.GetFileName(file).StartsWith("events", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static IEnumerable<KubeObject> ReadList(string file)
    {
        var text = File.ReadAllText(file);
        using var list = JsonDocument.Parse(text);
        var (apiVersion, kind) = (list.RootElement.GetProperty("apiVersion").GetString()!, list.RootElement.GetProperty("kind").GetString()!);
        IEnumerable<KubeObject> items = kind switch
        {
            "PodList" => Items(text, ClusterJson.Default.Pod),
            "NodeList" => Items(text, ClusterJson.Default.Node),
            _ when apiVersion is "apps/v1" or "batch/v1" => Items(text, ClusterJson.Default.Workload),
            _ => Projected(apiVersion, kind[..^"List".Length], text),
        };
        foreach (var item in items)
        {
            (item.ApiVersion, item.Kind) = (apiVersion, kind[..^"List".Length]);
            yield return item;
        }
    }

    private static List<ProjectedObject> Projected(string apiVersion, string kind, string text)
    {
        var json = Build.ShippedRules.Kinds.JsonOf(new(ResourceId.GroupOf(apiVersion), kind));
        return Items(text, json.ProjectedObject);
    }

    private static List<T> Items<T>(string list, JsonTypeInfo<T> json)
    {
        using var document = JsonDocument.Parse(list);
        return [.. document.RootElement.GetProperty("items").EnumerateArray().Select(item => item.Deserialize(json)!)];
    }

    private static DateTimeOffset? NewestTime(string json) => Timestamps().Matches(json)
        .Select(m => (DateTimeOffset?)DateTimeOffset.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))
        .Max();

    [GeneratedRegex("\"(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z)\"")]
    private static partial Regex Timestamps();
}
