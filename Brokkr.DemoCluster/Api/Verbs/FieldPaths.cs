using System.Text.Json.Nodes;

namespace Brokkr.DemoCluster.Api.Verbs;

/// <summary>
/// Names the fields of an object as managed fields do: <c>f:spec</c> for a member, <c>k:{"name":"app"}</c> for an item that has a name;
/// other lists are one field. Pure.
/// </summary>
internal static class FieldPaths
{
    private const char Separator = '\n';

    private static readonly string[] Identity = ["apiVersion", "kind", "f:metadata\nf:name", "f:metadata\nf:namespace"];

    /// <summary>The fields that an object sets, each with its value; what only names the object is none.</summary>
    public static Dictionary<string, JsonNode?> Of(JsonObject json)
    {
        var fields = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var (name, value) in json.Where(member => !Identity.Contains(member.Key)))
            Add(fields, $"f:{name}", value);
        foreach (var path in Identity)
            fields.Remove(path);
        return fields;
    }

    /// <summary>The fields in an entry of <c>managedFields</c>.</summary>
    public static HashSet<string> In(JsonObject fieldsV1)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        Collect(fieldsV1, "");
        return found;

        void Collect(JsonObject node, string path)
        {
            foreach (var (name, below) in node.Where(member => member.Key != "."))
            {
                var here = path.Length == 0 ? name : $"{path}{Separator}{name}";
                if (below is JsonObject { Count: > 0 } more && more.Any(m => m.Key != "."))
                    Collect(more, here);
                else
                    found.Add(here);
            }
        }
    }

    /// <summary>The form in which managed fields are written.</summary>
    public static JsonObject ToFieldsV1(IEnumerable<string> paths)
    {
        var root = new JsonObject();
        foreach (var path in paths.Order(StringComparer.Ordinal))
        {
            var node = root;
            foreach (var step in path.Split(Separator))
            {
                if (node[step] is not JsonObject next)
                    node[step] = next = [];
                node = next;
            }
        }

        return root;
    }

    /// <summary>As conflicts name a field: <c>.spec.containers[name="app"].image</c>.</summary>
    public static string Show(string path) =>
        string.Concat(path.Split(Separator).Select(step => NameIn(step) is { } item ? $"[name=\"{item}\"]" : $".{step[2..]}"));

    public static bool TryGet(JsonObject json, string path, out JsonNode? value)
    {
        value = json;
        foreach (var step in path.Split(Separator))
        {
            if (NameIn(step) is { } item)
                value = (value as JsonArray)?.FirstOrDefault(i => ObjectEdits.Text(i?["name"]) == item);
            else if (value is not JsonObject o || !o.TryGetPropertyValue(step[2..], out value))
                return false;
            if (value is null)
                return false;
        }

        return true;
    }

    public static void Set(JsonObject json, string path, JsonNode? value)
    {
        var steps = path.Split(Separator);
        JsonNode node = json;
        for (var i = 0; i < steps.Length; i++)
        {
            var isLast = i == steps.Length - 1;
            if (NameIn(steps[i]) is { } item)
            {
                var list = node.AsArray();
                if (list.FirstOrDefault(o => ObjectEdits.Text(o?["name"]) == item) is not { } known)
                    list.Add(known = new JsonObject { ["name"] = item });
                node = known;
                continue;
            }

            var (parent, name) = (node.AsObject(), steps[i][2..]);
            if (isLast)
                parent[name] = value?.DeepClone();
            else if (parent[name] is not (JsonObject or JsonArray))
                parent[name] = NameIn(steps[i + 1]) is null ? new JsonObject() : new JsonArray();
            node = parent[name] ?? parent;
        }
    }

    /// <summary>Removes a field, and what is empty without it.</summary>
    public static void Remove(JsonObject json, string path)
    {
        var steps = path.Split(Separator);
        var above = string.Join(Separator, steps.SkipLast(1));
        if (above.Length == 0)
        {
            json.Remove(steps[^1][2..]);
            return;
        }

        if (!TryGet(json, above, out var parent))
            return;
        if (NameIn(steps[^1]) is { } item && parent is JsonArray list)
            list.Remove(list.FirstOrDefault(i => ObjectEdits.Text(i?["name"]) == item));
        else
            (parent as JsonObject)?.Remove(steps[^1][2..]);
        if (parent is JsonObject { Count: 0 } or JsonArray { Count: 0 } or JsonObject { Count: 1 } && NameIn(steps[^2]) is not null)
            Remove(json, above);
    }

    private static void Add(Dictionary<string, JsonNode?> fields, string path, JsonNode? value)
    {
        if (value is JsonObject { Count: > 0 } o)
        {
            foreach (var (name, below) in o)
                Add(fields, $"{path}{Separator}f:{name}", below);
        }
        else if (value is JsonArray { Count: > 0 } list && list.All(i => i is JsonObject && ObjectEdits.Text(i["name"]) is not null))
        {
            foreach (var item in list)
                Add(fields, $"{path}{Separator}k:{{\"name\":\"{item!["name"]}\"}}", item);
        }
        else
        {
            fields[path] = value;
        }
    }

    private static string? NameIn(string step) => step.StartsWith("k:{\"name\":\"", StringComparison.Ordinal) ? step[10..^2] : null;
}
