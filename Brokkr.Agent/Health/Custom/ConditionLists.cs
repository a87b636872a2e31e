using System.Text.Json;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Custom;

/// <summary>
/// Where resources keep conditions and errors: one list for the whole, and one for each parent, ancestor, pod or binding. Pure.
/// </summary>
internal static class ConditionLists
{
    public const string OfWhole = "status.conditions";

    /// <summary>The entries that have conditions of their own.</summary>
    private static readonly string[] Entries =
        ["status.ancestors.*", Parents, "status.parent.*", "status.bindings.*", "status.byPod.*", "status.conditionStatus"];

    private const string Parents = "status.parents.*";

    /// <summary>The lists of errors of those entries.</summary>
    private static readonly string[] ErrorPaths =
        [.. Entries.SelectMany(entry => new[] { $"{entry}.errors.*", $"{entry}.errors.*.message" })];

    /// <summary>What of a parent tells it from others.</summary>
    private static readonly string[] ReferenceParts = ["group", "kind", "namespace", "name", "sectionName", "port"];

    /// <summary>Everything that is looked at here.</summary>
    public static readonly IReadOnlyList<string> Paths =
    [
        .. ConditionFields.OfStatus,
        .. Entries.SelectMany(entry => ConditionFields.Of($"{entry}.conditions")),
        .. ErrorPaths,
        .. PathsOf($"{Parents}.conditions"),
    ];

    /// <summary>Everything that is looked at in the lists at one path.</summary>
    public static IEnumerable<string> PathsOf(string list) => list == $"{Parents}.conditions"
        ? ReferenceParts.SelectMany(part => new[] { $"spec.parentRefs.*.{part}", $"{Parents}.parentRef.{part}" })
        .Concat(ConditionFields.Of(list))
        : ConditionFields.Of(list);

    /// <summary>
    /// The conditions of the whole, and of each entry; of parents that the resource does not name any more they say nothing.
    /// </summary>
    public static List<List<Condition>> Of(ProjectedObject resource) =>
        [[.. resource.Conditions()], .. Entries.SelectMany(entry => entry == Parents ? OfParents(resource) : OfEntries(resource, entry))];

    /// <summary>The conditions of the lists at one path.</summary>
    public static IEnumerable<Condition> In(ProjectedObject resource, string list) =>
        list == $"{Parents}.conditions" ? OfParents(resource).SelectMany(c => c) : resource.Conditions(list);

    /// <summary>Whether there is a place for conditions.</summary>
    public static bool Exist(ProjectedObject resource) =>
        resource.At(OfWhole).Any() || Array.Exists(Entries, entry => resource.At($"{entry}.conditions").Any());

    /// <summary>The first error that an entry names; null without any.</summary>
    public static string? ErrorOf(ProjectedObject resource) =>
        ErrorPaths.SelectMany(resource.At).Select(JsonPaths.TextOf).FirstOrDefault(text => text is { Length: > 0 });

    private static IEnumerable<List<Condition>> OfEntries(ProjectedObject resource, string entry) =>
        resource.At(entry).Select(ConditionsOf);

    private static List<List<Condition>> OfParents(ProjectedObject resource)
    {
        var named = resource.At("spec.parentRefs.*").Select(r => KeyOf(r, resource)).ToList();
        var entries = resource.At(Parents)
            .Select(e => (Parent: Child(e, "parentRef") is { } reference ? KeyOf(reference, resource) : [], Conditions: ConditionsOf(e)))
            .Where(e => named.Count == 0 || named.Exists(n => e.Parent.Zip(n).All(p => p.First.Length == 0 || p.First == p.Second)))
            .ToList();
        // A controller that does not know a parent says so even where another one serves it.
        return
        [
            .. entries.Select(e => entries.Exists(o => o != e && IsAccepted(o.Conditions) && o.Parent.SequenceEqual(e.Parent))
                ? e.Conditions.FindAll(c => !(c.IsFalse && IsNotFound(c)) || IsAccepted(e.Conditions))
                : e.Conditions),
        ];
    }

    private static bool IsAccepted(List<Condition> conditions) => conditions.Exists(c => c is { Type: "Accepted", IsTrue: true });

    private static bool IsNotFound(Condition condition) => condition.Reason?.Contains("NotFound", StringComparison.Ordinal) == true;

    private static List<Condition> ConditionsOf(JsonElement entry) =>
        Child(entry, "conditions") is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray().SelectMany(Condition.From)] : [];

    private static JsonElement? Child(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out var child) ? child : null;

    /// <summary>What tells a parent from others; empty where the reference does not say and nothing stands for it.</summary>
    private static string[] KeyOf(JsonElement reference, KubeObject resource) => [.. ReferenceParts.Select(part =>
        (Child(reference, part) is { } value ? JsonPaths.TextOf(value) : null) is { Length: > 0 } text
            ? text
            : part switch
            {
                "group" => "gateway.networking.k8s.io",
                "kind" => "Gateway",
                "namespace" => resource.Metadata.Namespace ?? "",
                _ => "",
            })];
}
