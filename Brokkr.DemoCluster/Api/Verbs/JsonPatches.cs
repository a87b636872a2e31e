using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Brokkr.DemoCluster.Api.Verbs;

/// <summary>Applies merge patches and JSON patches. Pure: the target is changed in place, the patch is not.</summary>
internal static class JsonPatches
{
    /// <summary>RFC 7386: objects merge, null removes, everything else replaces.</summary>
    public static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            switch (value)
            {
                case null:
                    target.Remove(name);
                    break;
                case JsonObject nested:
                    if (target[name] is not JsonObject inner)
                        target[name] = inner = [];
                    Merge(inner, nested);
                    break;
                default:
                    target[name] = value.DeepClone();
                    break;
            }
        }
    }

    /// <summary>RFC 6902; false when an operation cannot be carried out.</summary>
    public static bool TryApply(JsonObject target, JsonArray operations) =>
        operations.All(operation => operation is JsonObject o && TryApply(target, o));

    private static bool TryApply(JsonObject target, JsonObject operation)
    {
        if (Text(operation["path"]) is not ['/', ..] path)
            return false;
        var value = operation["value"];
        switch (Text(operation["op"]))
        {
            case "add":
                return Put(target, path, value, replace: false);
            case "replace":
                return Put(target, path, value, replace: true);
            case "remove":
                return Take(target, path, out _);
            case "test":
                return Look(target, path, out var found) && JsonNode.DeepEquals(found, value);
            case "copy":
                return Look(target, Text(operation["from"]), out var copied) && Put(target, path, copied, replace: false);
            case "move":
                return Take(target, Text(operation["from"]), out var moved) && Put(target, path, moved, replace: false);
            default:
                return false;
        }
    }

    private static bool Put(JsonObject target, string path, JsonNode? value, bool replace)
    {
        var (parent, name) = Parent(target, path);
        switch (parent)
        {
            case JsonObject o when !replace || o.ContainsKey(name):
                o[name] = value?.DeepClone();
                return true;
            case JsonArray list when !replace && (name == "-" ? list.Count : Index(name, list.Count)) is { } at:
                list.Insert(at, value?.DeepClone());
                return true;
            case JsonArray list when replace && Index(name, list.Count - 1) is { } at:
                list[at] = value?.DeepClone();
                return true;
            default:
                return false;
        }
    }

    private static bool Take(JsonObject target, string? path, out JsonNode? taken)
    {
        if (path is null || !Look(target, path, out taken))
        {
            taken = null;
            return false;
        }
        var (parent, name) = Parent(target, path);
        if (parent is JsonArray list)
            list.RemoveAt(Index(name, list.Count - 1)!.Value);
        else
            parent!.AsObject().Remove(name);
        return true;
    }

    private static bool Look(JsonObject target, string? path, out JsonNode? found)
    {
        found = null;
        if (path is not ['/', ..])
            return false;
        switch (Parent(target, path))
        {
            case (JsonObject parent, var name):
                return parent.TryGetPropertyValue(name, out found);
            case (JsonArray list, var name) when Index(name, list.Count - 1) is { } at:
                found = list[at];
                return true;
            default:
                return false;
        }
    }

    private static (JsonNode? Parent, string Name) Parent(JsonObject target, string path)
    {
        var names = path.Split('/').Skip(1).Select(name =>
            name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToList();
        JsonNode? node = target;
        foreach (var name in names.SkipLast(1))
        {
            node = node switch
            {
                JsonObject o => o[name],
                JsonArray list when Index(name, list.Count - 1) is { } at => list[at],
                _ => null,
            };
        }
        return (node, names[^1]);
    }

    private static int? Index(string name, int last) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= last ? index : null;

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
