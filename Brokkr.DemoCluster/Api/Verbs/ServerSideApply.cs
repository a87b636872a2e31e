using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Kinds;
using Brokkr.DemoCluster.Api.Objects;

namespace Brokkr.DemoCluster.Api.Verbs;

/// <summary>Server-side apply: who owns which field, what conflicts, what goes because nobody applies it any more. Pure.</summary>
internal static class ServerSideApply
{
    /// <summary>The few numbers whose type is checked; a real server knows the schema of everything.</summary>
    private static readonly string[] Numbers =
        ["replicas", "parallelism", "completions", "backoffLimit", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds",
        "ttlSecondsAfterFinished"];

    /// <summary>What is wrong with an applied object whatever is there.</summary>
    public static KubeStatus? Check(JsonObject sent, ResourceKind kind, ApiPath path)
    {
        if (sent["metadata"]?["managedFields"] is not null)
            return KubeStatus.BadRequest("metadata.managedFields must be nil");
        var wrong = Array.Find(Numbers, n =>
            sent["spec"] is JsonObject spec && spec[n] is { } value && value.GetValueKind() != JsonValueKind.Number);
        return wrong is null ? null : new(
            500,
            null,
            $"failed to create typed patch object ({(path.Namespace is null ? "" : path.Namespace + "/")}{path.Name}; {kind.ApiVersion}, "
            + $"Kind={kind.Kind}): "
            + $".spec.{wrong}: expected numeric (int or float), got "
            + $"{(sent["spec"]![wrong]!.GetValueKind() == JsonValueKind.String ? "string" : "map")}");
    }

    /// <summary>The next form of an object, or the conflicts.</summary>
    /// <param name="current">What is there, without kind; an object of identity alone where nothing is.</param>
    /// <param name="sent">What is applied.</param>
    /// <param name="apiVersion">Of the kind.</param>
    /// <param name="manager">Who applies.</param>
    /// <param name="force">Whether fields of others are taken.</param>
    /// <param name="now">The clock.</param>
    public static Edit Apply(JsonObject current, JsonObject sent, string apiVersion, string manager, bool force, DateTimeOffset now)
    {
        var applied = FieldPaths.Of(sent);
        var entries = (current["metadata"]!["managedFields"] as JsonArray ?? []).OfType<JsonObject>().Select(e => e.DeepClone().AsObject())
            .ToList();
        var own = entries.Find(e => IsApplyOf(e, manager));
        var others = entries.Where(e => e != own).Select(e => (Entry: e, Fields: FieldPaths.In(e["fieldsV1"]!.AsObject()))).ToList();
        var changed = applied.Where(a => !FieldPaths.TryGet(current, a.Key, out var there) || !JsonNode.DeepEquals(there, a.Value))
            .Select(a => a.Key).ToHashSet();
        var conflicts = others.SelectMany(o => o.Fields.Where(changed.Contains).Order(StringComparer.Ordinal)
            .Select(f => (Manager: NameOf(o.Entry), Field: FieldPaths.Show(f)))).ToList();
        if (conflicts.Count > 0 && !force)
            return Edit.Refuse(Conflict(conflicts));

        var next = current.DeepClone().AsObject();
        foreach (var (path, value) in applied)
            FieldPaths.Set(next, path, value);
        var former = own is null ? [] : FieldPaths.In(own["fieldsV1"]!.AsObject());
        foreach (var gone in former.Where(f => !applied.ContainsKey(f) && !others.Exists(o => o.Fields.Contains(f))))
            FieldPaths.Remove(next, gone);

        var kept = others.Select(o => WithoutFields(o.Entry, o.Fields, changed)).OfType<JsonObject>();
        var isSame = own is not null && former.SetEquals(applied.Keys) && changed.Count == 0;
        next["metadata"]!["managedFields"] =
            new JsonArray([.. kept, isSame ? own! : Entry(manager, "Apply", apiVersion, applied.Keys, now)]);
        return new(next);
    }

    /// <summary>Notes that a manager changed fields by an ordinary write, which takes them from everybody.</summary>
    public static void NoteUpdate(JsonObject before, JsonObject next, string apiVersion, string manager, DateTimeOffset now)
    {
        var changed = FieldPaths.Of(WithoutServerFields(next))
            .Where(f => !FieldPaths.TryGet(before, f.Key, out var there) || !JsonNode.DeepEquals(there, f.Value)).Select(f => f.Key)
            .ToHashSet();
        if (changed.Count == 0)
            return;
        var entries = (next["metadata"]!["managedFields"] as JsonArray ?? []).OfType<JsonObject>().Select(e => e.DeepClone().AsObject())
            .ToList();
        var own = entries.Find(e => ObjectEdits.Text(e["manager"]) == manager && ObjectEdits.Text(e["operation"]) == "Update");
        var kept = entries.Where(e => e != own).Select(e => WithoutFields(e, FieldPaths.In(e["fieldsV1"]!.AsObject()), changed))
            .OfType<JsonObject>();
        IEnumerable<string> fields = own is null ? changed : FieldPaths.In(own["fieldsV1"]!.AsObject()).Union(changed);
        next["metadata"]!["managedFields"] = new JsonArray([.. kept, Entry(manager, "Update", apiVersion, fields, now)]);
    }

    private static JsonObject WithoutServerFields(JsonObject json)
    {
        var copy = json.DeepClone().AsObject();
        copy.Remove("status");
        foreach (var field in (string[])["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp"])
            copy["metadata"]!.AsObject().Remove(field);
        return copy;
    }

    private static JsonObject? WithoutFields(JsonObject entry, HashSet<string> fields, HashSet<string> taken)
    {
        if (!fields.Overlaps(taken))
            return entry;
        fields.ExceptWith(taken);
        entry["fieldsV1"] = FieldPaths.ToFieldsV1(fields);
        return fields.Count == 0 ? null : entry;
    }

    private static JsonObject Entry(string manager, string operation, string apiVersion, IEnumerable<string> fields, DateTimeOffset now) =>
        new()
        {
            ["manager"] = manager,
            ["operation"] = operation,
            ["apiVersion"] = apiVersion,
            ["time"] = now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = FieldPaths.ToFieldsV1(fields),
        };

    private static bool IsApplyOf(JsonObject entry, string manager) =>
        ObjectEdits.Text(entry["manager"]) == manager && ObjectEdits.Text(entry["operation"]) == "Apply";

    private static string NameOf(JsonObject entry) => ObjectEdits.Text(entry["operation"]) == "Apply"
        ? $"\"{entry["manager"]}\""
        : $"\"{entry["manager"]}\" using {entry["apiVersion"]}";

    private static KubeStatus Conflict(List<(string Manager, string Field)> conflicts)
    {
        var byManager = conflicts.GroupBy(c => c.Manager, c => c.Field)
            .Select(g => g.Count() == 1
            ? $"conflict with {g.Key}: {g.First()}"
            : $"conflicts with {g.Key}:\n{string.Join('\n', g.Select(f => $"- {f}"))}");
        return new(409, "Conflict",
            $"Apply failed with {conflicts.Count} conflict{(conflicts.Count == 1 ? "" : "s")}: {string.Join('\n', byManager)}", new()
            {
                ["causes"] = new JsonArray([.. conflicts.Select(c => new JsonObject
            {
                ["reason"] = "FieldManagerConflict",
                ["message"] = $"conflict with {c.Manager}",
                ["field"] = c.Field,
            })]),
            });
    }
}
