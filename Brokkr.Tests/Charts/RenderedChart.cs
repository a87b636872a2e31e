using System.Text.Json.Nodes;

namespace Brokkr.Tests.Charts;

/// <summary>What a chart became with the values of a case.</summary>
/// <param name="Values">The chart's values with those of the case over them.</param>
/// <param name="Files">Text by path in the chart, NOTES.txt included.</param>
/// <param name="Objects">The manifests.</param>
/// <param name="Error">Why nothing was rendered; empty where something was.</param>
internal sealed record RenderedChart(ChartCase Given, JsonObject Values, SortedDictionary<string, string> Files, IReadOnlyList<JsonObject> Objects,
    string Error)
{
    public static RenderedChart Of(ChartCase given, JsonObject answer) => new(
        given,
        answer["values"] as JsonObject ?? [],
        new((answer["files"] as JsonObject ?? []).ToDictionary(f => f.Key, f => (string)f.Value!), StringComparer.Ordinal),
        [.. (answer["objects"] as JsonArray ?? []).Select(o => o!.AsObject())],
        (string)answer["error"]!);

    public IEnumerable<JsonObject> OfKind(string kind) => Objects.Where(o => (string)o["kind"]! == kind);

    public JsonObject Only(string kind) => OfKind(kind).Should().ContainSingle($"{Given} has one {kind}; {Error}").Which;

    public JsonObject Pod => Only("Deployment").At("spec.template")!.AsObject();

    public JsonObject Container => Pod.At("spec.containers")!.AsArray().Should().ContainSingle().Which!.AsObject();

    public string Configuration => (string)Only("ConfigMap")["data"]!["brokkr.toml"]!;
}

/// <summary>Reading manifests.</summary>
internal static class ManifestReading
{
    /// <summary>What lies at a path of keys; null where nothing does.</summary>
    public static JsonNode? At(this JsonNode? node, string path) =>
        path.Split('.').Aggregate(node, (n, key) => n is JsonObject map ? map[key] : null);

    public static string Name(this JsonNode manifest) => (string)manifest.At("metadata.name")!;

    public static IReadOnlyDictionary<string, string> Strings(this JsonNode? map) =>
        (map as JsonObject ?? []).ToDictionary(p => p.Key, p => p.Value!.GetValue<string>());

    public static IEnumerable<JsonNode> Items(this JsonNode? list) => (list as JsonArray ?? []).Select(n => n!);
}
