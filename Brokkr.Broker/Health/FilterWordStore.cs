using System.Globalization;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Health;

/// <summary>Looks up what the words of a filter stand for, within the snapshot of the query that uses it.</summary>
internal static class FilterWordStore
{
    /// <summary>With more names than this a text is part of most rows.</summary>
    private const int MostNames = 1000;

    /// <summary>Those of deleted stacks too: it is about what has to be read.</summary>
    private const string TotalSql =
        "SELECT 'total' AS kind, COALESCE(SUM(failing + degraded + unknown + healthy + awaited), 0)::text AS value FROM agent_tallies";

    private const string TextSql = """
        (SELECT 'name', name FROM deployment_object_names
          WHERE name_parts(name) @> name_parts(@text) AND strpos(lower(name), lower(@text COLLATE "C")) > 0 LIMIT @most)
        UNION ALL SELECT 'stack', id::text FROM stacks WHERE strpos(lower(name COLLATE "C"), lower(@text COLLATE "C")) > 0
        UNION ALL SELECT 'agent', id::text FROM agents WHERE strpos(lower(name COLLATE "C"), lower(@text COLLATE "C")) > 0
        """;

    /// <param name="db">The connection with the snapshot.</param>
    /// <param name="filter">Whose words are meant.</param>
    /// <param name="needsUnsettled">Whether the agents are asked for too of which the broker's own words may stand.</param>
    /// <param name="staleAfter">The parameter of <see cref="Fleet.Staleness"/>.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task<FilterWords> LookUpAsync(this BrokerDb db, HealthFilter filter, bool needsUnsettled, int staleAfter,
        CancellationToken ct)
    {
        List<string> parts = [TotalSql];
        var (stale, awaited) = (needsUnsettled || filter.MayMeanStale, needsUnsettled || filter.MayMeanAwaited);
        if (filter.Text is not null)
            parts.Add(TextSql);
        if (stale)
            parts.Add("SELECT 'unsettled', unnest(lapsing)::text FROM counted");
        if (awaited)
            parts.Add("SELECT 'unsettled', unnest(awaiting)::text FROM counted");
        var isCounted = (stale || awaited) && (filter with { Statuses = [] }).IsTallied;
        if (isCounted)
            parts.Add($"SELECT status, count::text FROM ({TallySql.Counts}) c");
        var with = stale || awaited ? TallySql.Tallies : "";
        var words = (await db.ListAsync<WordRow>($"{with} {string.Join(" UNION ALL ", parts)}",
            new { staleAfter, text = filter.Text, most = MostNames + 1 }, ct))
            .ToLookup(w => w.Kind, w => w.Value);
        string[] names = [.. words["name"]];
        return new()
        {
            Names = names.Length > MostNames ? null : names,
            Stacks = [.. words["stack"].Select(Guid.Parse)],
            Agents = [.. words["agent"].Select(Guid.Parse)],
            Unsettled = [.. words["unsettled"].Distinct().Select(Guid.Parse)],
            Total = Number(words["total"].Single()),
            Counts = isCounted
                ? StatusCounts.Of([.. HealthWords.WorstFirst.SelectMany(
                    s => words[s.Text()].Select(n => new StatusCountRow { Status = s, Count = (int)Number(n) }))])
                : null,
        };
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private sealed class WordRow
    {
        public string Kind { get; set; } = "";

        public string Value { get; set; } = "";
    }
}
