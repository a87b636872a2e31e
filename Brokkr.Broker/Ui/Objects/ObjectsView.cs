using System.Globalization;
using Brokkr.Broker.Ui.Parts;

namespace Brokkr.Broker.Ui.Objects;

/// <summary>What the list of deployment objects shows: a row for each object in each cluster that runs it.</summary>
/// <param name="Query">What was asked for.</param>
/// <param name="Total">How many rows there are on all pages.</param>
/// <param name="IsAtLeast">Whether there are more rows than were counted.</param>
/// <param name="Rows">The rows of this page.</param>
/// <param name="Statuses">The statuses to choose from, worst first, with how many rows each has under the other filters.</param>
/// <param name="Facets">Values of the other filters to choose from.</param>
/// <param name="Filters">What narrows the list, each with the address of the list without it.</param>
/// <param name="Next">The address of the next page; null on the last.</param>
public sealed record ObjectsView(
    ObjectsQuery Query, int Total, bool IsAtLeast, IReadOnlyList<PlacedView> Rows, IReadOnlyList<FacetChoice> Statuses,
    IReadOnlyList<FacetView> Facets, IReadOnlyList<ActiveFilter> Filters, string? Next)
{
    /// <summary>The address of the first page; null where it is shown.</summary>
    public string? First => Query.After.Length > 0 ? (Query with { After = "" }).ToPath() : null;

    /// <summary>How many there are, in words.</summary>
    public string Said => string.Create(
        CultureInfo.InvariantCulture, $"{(IsAtLeast ? "at least " : "")}{Total:N0} {(Total == 1 ? "row" : "rows")}");

    /// <summary>Pure.</summary>
    public static ObjectsView Of(ObjectsQuery query, Wire.ListHealthResponse list)
    {
        var counts = list.Counts;
        FacetChoice[] statuses =
        [
            Status("failing", counts.Failing), Status("degraded", counts.Degraded), Status("unknown", counts.Unknown),
            Status("healthy", counts.Healthy),
        ];
        var facets = list.Facets ?? new();
        var meant = statuses.Where(s => query.Statuses.Count == 0 || s.IsChosen).Sum(s => s.Count);
        return new(
            query, meant, list.CountsAtLeast, [.. list.DeploymentObjects.Select(PlacedView.Of)], statuses,
            [
                new("Condition", [.. facets.Conditions.Select(c =>
                    new FacetChoice(c.Name, c.Count, query.Conditions.Contains(c.Name), query.ToggleCondition(c.Name).ToPath()))]),
                new("Stack", [.. facets.Stacks.Select(s =>
                    new FacetChoice(s.Name, s.Count, query.Stack == s.Name, (query with { Stack = s.Name, After = "" }).ToPath()))]),
                new("Cluster", [.. facets.Agents.Select(a =>
                    new FacetChoice(a.Name, a.Count, query.Cluster == a.Name, (query with { Cluster = a.Name, After = "" }).ToPath()))]),
            ],
            Narrowing(query, counts.Failing + counts.Degraded + counts.Unknown + counts.Healthy, facets),
            list.NextPageToken.Length > 0 ? (query with { After = list.NextPageToken }).ToPath() : null);

        FacetChoice Status(string word, int count) => new(word, count, query.Statuses.Contains(word), query.Toggle(word).ToPath());
    }

    /// <summary>What narrows the list, and which of it excludes everything.</summary>
    /// <param name="query">What was asked for.</param>
    /// <param name="anyStatus">How many rows there are of whichever status.</param>
    /// <param name="facets">How many rows there are without one of the other filters, where the fleet says.</param>
    private static List<ActiveFilter> Narrowing(ObjectsQuery query, int anyStatus, Wire.HealthFacets facets)
    {
        var first = query with { After = "" };
        var filters = new List<ActiveFilter>();
        filters.AddRange(query.Statuses.Select(s => new ActiveFilter(s, first.Toggle(s).ToPath(), anyStatus > 0)));
        filters.AddRange(query.Conditions.Select(c =>
            new ActiveFilter($"condition {c}", first.ToggleCondition(c).ToPath(), facets.Conditions.Count > 0)));
        if (query.Stack.Length > 0)
            filters.Add(new($"stack {query.Stack}", (first with { Stack = "" }).ToPath(), facets.Stacks.Count > 0));
        if (query.Cluster.Length > 0)
            filters.Add(new($"cluster {query.Cluster}", (first with { Cluster = "" }).ToPath(), facets.Agents.Count > 0));
        if (query.Text.Length > 0)
            filters.Add(new($"text “{query.Text}”", (first with { Text = "" }).ToPath(), !filters.Exists(f => f.Excludes)));
        return filters;
    }
}

/// <summary>A row of the list.</summary>
public sealed record PlacedView(
    string Anchor, string Path, string Status, string Name, string Stack, string Cluster, string Pods, IReadOnlyList<string> Conditions,
    DateTimeOffset? Since, bool IsRollingOut)
{
    /// <summary>Pure.</summary>
    public static PlacedView Of(Wire.PlacedHealth row) => new(
        $"r-{row.Id}-{row.AgentId}", Address.OfObject(row.StackName, row.Name, row.AgentName), StatusShape.WordOf(row.Status), row.Name,
        row.StackName, row.AgentName, row.ReceivedAt is null ? "" : $"{row.Summary.PodsReady}/{row.Summary.PodsTotal}",
        row.Summary.Conditions, row.Since?.ToDateTimeOffset(), row.RollingOut);
}

/// <summary>One filter and its values.</summary>
public sealed record FacetView(string Title, IReadOnlyList<FacetChoice> Choices);

/// <summary>A value of a filter: how many rows it has, and the address of the list with it, or without it where it is chosen.</summary>
public sealed record FacetChoice(string Name, int Count, bool IsChosen, string Path);
