using System.Text.Json.Nodes;

namespace Brokkr.DemoCluster.Api.Objects;

/// <summary>Events are one thing in two groups; this turns one form into the other. Pure.</summary>
internal static class EventTranslation
{
    /// <summary>The fields in the order of events.k8s.io, each with its name in the core group.</summary>
    private static readonly (string New, string Core)[] Fields =
    [
        ("metadata", "metadata"),
        ("eventTime", "eventTime"),
        ("series", "series"),
        ("reportingController", "reportingComponent"),
        ("reportingInstance", "reportingInstance"),
        ("action", "action"),
        ("reason", "reason"),
        ("regarding", "involvedObject"),
        ("related", "related"),
        ("note", "message"),
        ("type", "type"),
        ("deprecatedSource", "source"),
        ("deprecatedFirstTimestamp", "firstTimestamp"),
        ("deprecatedLastTimestamp", "lastTimestamp"),
        ("deprecatedCount", "count"),
    ];

    /// <summary>Always present in the core form, empty or not.</summary>
    private static readonly string[] AlwaysInCore = ["reportingComponent", "reportingInstance"];

    public static JsonObject ToNew(JsonObject core)
    {
        var translated = new JsonObject();
        foreach (var (name, coreName) in Fields)
        {
            if (core.TryGetPropertyValue(coreName, out var value) && !(AlwaysInCore.Contains(coreName) && value?.ToString() is null or ""))
                translated[name] = value?.DeepClone();
        }
        return translated;
    }

    public static JsonObject ToCore(JsonObject newer)
    {
        var translated = new JsonObject();
        foreach (var (name, coreName) in Fields)
        {
            if (newer.TryGetPropertyValue(name, out var value))
                translated[coreName] = value?.DeepClone();
        }
        foreach (var name in AlwaysInCore)
            translated.TryAdd(name, "");
        return translated;
    }
}
