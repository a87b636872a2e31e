using Brokkr.Broker.Ui.Parts;

namespace Brokkr.Broker.Ui.Objects;

/// <summary>What a list of objects is asked for; its address says it whole.</summary>
/// <param name="Statuses">Statuses, of which any; all where it is empty.</param>
/// <param name="Conditions">Conditions, of which any; whatever they are where it is empty.</param>
/// <param name="Stack">Name of a stack; empty for all.</param>
/// <param name="Cluster">Name of a cluster's agent; empty for all.</param>
/// <param name="Text">A part of the name of object, stack or cluster; empty for all.</param>
/// <param name="Order"><c>severity</c>, <c>name</c> or <c>since</c>.</param>
/// <param name="After">Where the page begins; empty for the first.</param>
public sealed record ObjectsQuery(
    IReadOnlyList<string> Statuses, IReadOnlyList<string> Conditions, string Stack, string Cluster, string Text, string Order, string After)
{
    /// <summary>Where the list lies.</summary>
    public const string Path = "/ui/objects";

    /// <summary>Everything, the worst first.</summary>
    public static readonly ObjectsQuery All = new([], [], "", "", "", "severity", "");

    /// <summary>Whether anything is left out.</summary>
    public bool IsFiltered => Statuses.Count + Conditions.Count > 0 || Stack.Length + Cluster.Length + Text.Length > 0;

    internal static ObjectsQuery Of(IQueryCollection query) => new(
        Values(query, "status"), Values(query, "condition"), Value(query, "stack"), Value(query, "cluster"), Value(query, "text"),
        Value(query, "order") is { Length: > 0 } order ? order : All.Order, Value(query, "after"));

    /// <summary>The address of the list, with other filters from its first page on.</summary>
    public string ToPath() => Address.Of(Path,
    [
        .. Statuses.Select(s => ("status", s)), .. Conditions.Select(c => ("condition", c)), ("stack", Stack), ("cluster", Cluster),
        ("text", Text), ("order", Order == All.Order ? "" : Order), ("after", After),
    ]);

    /// <summary>With a status more, or without it where it is among them.</summary>
    public ObjectsQuery Toggle(string status) => this with { Statuses = Toggled(Statuses, status), After = "" };

    /// <summary>With a condition more, or without it where it is among them.</summary>
    public ObjectsQuery ToggleCondition(string condition) => this with { Conditions = Toggled(Conditions, condition), After = "" };

    private static IReadOnlyList<string> Toggled(IReadOnlyList<string> words, string word) =>
        words.Contains(word) ? [.. words.Where(w => w != word)] : [.. words, word];

    private static string[] Values(IQueryCollection query, string name) =>
        [.. query[name].OfType<string>().Where(v => v.Length > 0).Distinct()];

    private static string Value(IQueryCollection query, string name) => query[name].ToString().Trim();
}
