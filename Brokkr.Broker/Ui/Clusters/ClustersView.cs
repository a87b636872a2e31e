using Brokkr.Broker.Storage;
using Brokkr.Broker.Ui.Parts;

namespace Brokkr.Broker.Ui.Clusters;

/// <summary>What is asked of the list of clusters; its address says it whole.</summary>
/// <param name="State"><c>reporting</c>, <c>silent</c> or <c>never</c>; empty for all.</param>
/// <param name="Text">A part of the name; empty for all.</param>
/// <param name="Order"><c>severity</c>, <c>name</c> or <c>last_seen_at</c>.</param>
/// <param name="After">Where the page begins; empty for the first.</param>
public sealed record ClustersQuery(string State, string Text, string Order, string After)
{
    /// <summary>Where the list lies.</summary>
    public const string Path = "/ui/clusters";

    public bool IsFiltered => State.Length + Text.Length > 0;

    internal static ClustersQuery Of(IQueryCollection query) => new(
        $"{query["state"]}", $"{query["text"]}".Trim(),
        $"{query["order"]}" is { Length: > 0 } order ? order : "severity", $"{query["after"]}");

    /// <summary>The address of the list.</summary>
    public string ToPath() => Address.Of(
        Path, ("state", State), ("text", Text), ("order", Order == "severity" ? "" : Order), ("after", After));
}

/// <summary>What the list of clusters shows.</summary>
/// <param name="Query">What was asked for.</param>
/// <param name="States">The states to choose from, with how many clusters have each.</param>
/// <param name="Rows">The clusters of this page.</param>
/// <param name="Filters">What narrows the list, each with the address of the list without it.</param>
/// <param name="Next">The address of the next page; null on the last.</param>
public sealed record ClustersView(
    ClustersQuery Query, IReadOnlyList<StateChoice> States, IReadOnlyList<ClusterRow> Rows,
    IReadOnlyList<ActiveFilter> Filters, string? Next)
{
    /// <summary>The address of the first page; null where it is shown.</summary>
    public string? First => Query.After.Length > 0 ? (Query with { After = "" }).ToPath() : null;

    /// <summary>Pure.</summary>
    public static ClustersView Of(ClustersQuery query, Wire.AgentCounts counts, IEnumerable<Wire.Agent> agents, string next)
    {
        return new(
            query, [Choice("reporting", counts.Reporting), Choice("silent", counts.Silent), Choice("never", counts.Never)],
            [.. agents.Select(ClusterRow.Of)], Narrowing(query, counts), next.Length > 0 ? (query with { After = next }).ToPath() : null);

        StateChoice Choice(string state, int count) =>
            new(state, count, query.State == state, (query with { State = query.State == state ? "" : state, After = "" }).ToPath());
    }

    /// <summary>The counts are those of the text alone: they tell whether it is the state that excludes.</summary>
    private static List<ActiveFilter> Narrowing(ClustersQuery query, Wire.AgentCounts counts)
    {
        var (filters, first) = (new List<ActiveFilter>(), query with { After = "" });
        var isState = query.State.Length > 0 && counts.Reporting + counts.Silent + counts.Never > 0;
        if (query.State.Length > 0)
            filters.Add(new(ClusterRow.Say(query.State), (first with { State = "" }).ToPath(), isState));
        if (query.Text.Length > 0)
            filters.Add(new($"name “{query.Text}”", (first with { Text = "" }).ToPath(), !isState));
        return filters;
    }
}

/// <summary>A state of clusters: how many have it, and the address of the list with it, or without it where it is chosen.</summary>
public sealed record StateChoice(string State, int Count, bool IsChosen, string Path)
{
    /// <summary>The status whose shape and colour it has.</summary>
    public string Shape => ClusterRow.ShapeOf(State);

    public string Said => ClusterRow.Say(State);
}

/// <summary>A cluster of the list.</summary>
/// <param name="Id">Its agent, a UUID.</param>
/// <param name="Name">The agent's name.</param>
/// <param name="State"><c>reporting</c>, <c>silent</c> or <c>never</c>.</param>
/// <param name="Status">The worst status of what it runs.</param>
/// <param name="LastSeenAt">When it was heard last; null where it never was.</param>
/// <param name="Version">Version of the agent; empty before its first session.</param>
/// <param name="Counts">How many deployment objects have each status, worst first, those without any left out.</param>
/// <param name="Kubernetes">Version of its Kubernetes; empty where it did not say.</param>
/// <param name="Concerns">What somebody has to look at on its page, in a few words each.</param>
public sealed record ClusterRow(
    string Id, string Name, string State, string Status, DateTimeOffset? LastSeenAt, string Version,
    IReadOnlyList<StatusTally> Counts, string Kubernetes, IReadOnlyList<string> Concerns)
{
    public string Path => Address.OfCluster(Name);

    /// <summary>The status whose shape and colour the state has.</summary>
    public string StateShape => ShapeOf(State);

    public string StateSaid => Say(State);

    /// <summary>How many deployment objects it runs.</summary>
    public int Objects => Counts.Sum(c => c.Number);

    /// <summary>The status whose shape and colour a state has. Pure.</summary>
    public static string ShapeOf(string state) => state == "reporting" ? "healthy" : "unknown";

    /// <summary>A state in words. Pure.</summary>
    public static string Say(string state) => state switch { "reporting" => "heard", "never" => "never heard", _ => "silent" };

    /// <summary>Pure.</summary>
    public static ClusterRow Of(Wire.Agent agent) => new(
        agent.Id, agent.Name, agent.State.Text(), StatusShape.WordOf(agent.OverallStatus), agent.LastSeenAt?.ToDateTimeOffset(),
        agent.Version, StatusTally.Of(agent.Counts), agent.KubernetesVersion, [.. ClusterConcerns.Of(agent).Said]);
}
