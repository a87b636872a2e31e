using System.Data;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using LinqToDB.Data;
using Order = Brokkr.V1.HealthOrder.Types.Word;
using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Health;

/// <summary>Lists the verdicts of the whole fleet under filters, and counts them.</summary>
internal sealed class FleetHealthStore(Func<BrokerDb> openDb, Staleness staleness)
{
    /// <summary>
    /// A page of the fleet's verdicts, how many of each status there are under the other filters, and, where it is asked for, how many
    /// rows the values of the other filters have.
    /// </summary>
    public async Task<FleetHealth> ListAsync(HealthFilter filter, Page<VerdictKey> page, CancellationToken ct)
    {
        await using var db = openDb();
        await using var snapshot = await db.BeginReadingAsync(IsolationLevel.RepeatableRead, ct);
        var needsUnsettled = filter.Order != Order.Name || filter.WithFacets;
        var isTallied = (filter with { Statuses = [] }).IsTallied;
        var words = isTallied && !needsUnsettled && !filter.MayMeanStale && !filter.MayMeanAwaited
            ? FilterWords.None
            : await db.LookUpAsync(filter, needsUnsettled, staleness.Seconds, ct);
        var counts = words.Counts ?? await db.CountVerdictsAsync(filter with { Statuses = [] }, words, staleness.Seconds, ct);
        var facets = filter.WithFacets ? await db.CountFacetsAsync(filter, words, staleness.Seconds, ct) : null;
        var total = isTallied ? counts.Total : words.Total;
        var call = new Call(db, words, counts, total, staleness.Seconds, ct);
        return new(filter.Order switch
        {
            Order.Severity => await call.BySeverityAsync(filter, page),
            Order.Since => await call.BySinceAsync(filter, page.After ?? VerdictKey.First, page.Fetch),
            _ => await call.ByNameAsync(filter, page.After ?? VerdictKey.First, page.Fetch),
        }, counts, facets);
    }

    /// <summary>One list within its snapshot.</summary>
    private sealed record Call(BrokerDb Db, FilterWords Words, StatusCounts Counts, long Total, int StaleAfter, CancellationToken Ct)
    {
        private const string NameOrder = "v.name, v.deployment_object_id, v.agent_id";

        private const string SinceOrder = "v.since DESC, v.deployment_object_id, v.agent_id";

        /// <summary>The same for what is not stale, by the column that has an index.</summary>
        private const string BeganOrder = "v.began DESC, v.deployment_object_id, v.agent_id";

        public async Task<List<VerdictRow>> ByNameAsync(HealthFilter filter, VerdictKey after, int limit)
        {
            if (await MatchesAsync(filter) is not (> 0 and var matches))
                return [];
            if (filter.Text is not null && Words is { Names: not null, Stacks: [], Agents: [] } && Counts.IsAtLeast)
                return await ByNamesAsync(filter, after, limit);
            var seeks = IsCounted(filter, matches) && IsSooner(filter, matches, limit, Total);
            await AllowSortAsync(seeks);
            return await ReadAsync(
                $"""
                 found AS {(seeks ? "MATERIALIZED" : "NOT MATERIALIZED")} (
                     SELECT * FROM {VerdictSql.Verdicts} v
                      WHERE {filter.ToSql(Words, seeks)} AND ({NameOrder}) > (@afterName, @afterObject, @afterAgent))
                 """,
                NameOrder, filter, after, limit);
        }

        /// <summary>Status after status, each in the order of names: an index has the rows of one status in that order.</summary>
        public async Task<List<VerdictRow>> BySeverityAsync(HealthFilter filter, Page<VerdictKey> page)
        {
            var rows = new List<VerdictRow>();
            var first = page.After?.Status?.Rank() ?? 0;
            foreach (var status in HealthWords.WorstFirst.Skip(first))
            {
                var isMeant = filter.Statuses.Length == 0 || filter.Statuses.Contains(status);
                if (!isMeant || rows.Count == page.Fetch)
                    continue;
                var after = page.After?.Status == status ? page.After : VerdictKey.First;
                rows.AddRange(await ByNameAsync(filter with { Statuses = [status] }, after, page.Fetch - rows.Count));
            }

            return rows;
        }

        /// <summary>
        /// What was reported has its moment in an index; what went stale since has another one, which only the clock knows, and is looked
        /// for where it can be.
        /// </summary>
        public async Task<List<VerdictRow>> BySinceAsync(HealthFilter filter, VerdictKey after, int limit)
        {
            if (await MatchesAsync(filter) is not (> 0 and var matches))
                return [];
            var seeks = IsCounted(filter, matches) && IsRare(matches, limit, Total);
            await AllowSortAsync(seeks);
            var where = filter.ToSql(Words, seeks);
            return await ReadAsync(
                seeks
                    ? $"found AS MATERIALIZED (SELECT * FROM {VerdictSql.Verdicts} v WHERE {where} AND {Before("v.since")})"
                    : $"""
                       found AS (
                           (SELECT * FROM {VerdictSql.Verdicts} v
                             WHERE NOT v.is_lapsed AND {where} AND {Before("v.began")} ORDER BY {BeganOrder} LIMIT @limit)
                           UNION ALL
                           (SELECT * FROM {VerdictSql.Verdicts} v
                             WHERE v.is_lapsed AND v.agent_id = ANY(@unsettled) AND {where} AND {Before("v.since")}
                             ORDER BY {SinceOrder} LIMIT @limit))
                       """,
                SinceOrder, filter, after, limit);
        }

        /// <summary>
        /// Name after name, each in the order of an index until the page is full: where a text is part of many names, what has them is not
        /// read whole.
        /// </summary>
        private async Task<List<VerdictRow>> ByNamesAsync(HealthFilter filter, VerdictKey after, int limit)
        {
            await AllowSortAsync(seeks: true);
            return await ReadAsync(
                $"""
                 found AS (
                     SELECT v.* FROM (SELECT n AS name FROM unnest(@names) n WHERE n >= @afterName) wanted CROSS JOIN LATERAL (
                         SELECT * FROM {VerdictSql.Verdicts} v
                          WHERE v.name = wanted.name AND {(filter with { Text = null }).ToSql(Words, seeks: false)}
                            AND ({NameOrder}) > (@afterName, @afterObject, @afterAgent)
                          ORDER BY v.deployment_object_id, v.agent_id LIMIT @limit) v
                      ORDER BY wanted.name, v.deployment_object_id, v.agent_id LIMIT @limit)
                 """,
                NameOrder, filter, after, limit);
        }

        /// <summary>
        /// How many rows there are, or a large number of them. Of what is rare among the rows that were counted there may be none.
        /// </summary>
        private async Task<long> MatchesAsync(HealthFilter filter)
        {
            var matches = Counts.Of(filter.Statuses);
            return Counts.IsAtLeast && filter.Statuses.Length > 0 && matches < VerdictCountStore.MostRows / 10
                ? (await Db.CountVerdictsAsync(filter, Words, StaleAfter, Ct)).Total
                : matches;
        }

        /// <summary>Whether the number of rows is all of them. Pure.</summary>
        private static bool IsCounted(HealthFilter filter, long matches) => !filter.IsOpen || matches <= VerdictCountStore.MostRows;

        private Task<List<VerdictRow>> ReadAsync(string found, string order, HealthFilter filter, VerdictKey after, int limit) =>
            Db.ListAsync<VerdictRow>(
                $"""
                 WITH {found},
                 v AS (SELECT * FROM found v ORDER BY {order} LIMIT @limit)
                 SELECT v.deployment_object_id AS id, v.name, v.stack_id, s.name AS stack_name, {VerdictSql.Columns(order)}
                   FROM v JOIN stacks s ON s.id = v.stack_id {VerdictSql.Joins} ORDER BY {order}
                 """,
                filter.Parameters(Words, StaleAfter, limit, after), Ct);

        /// <summary>
        /// Many rows are soon found in the order of the list, sooner than workers are started; the planner, who cannot know how many rows
        /// hold what is computed, would sort them all. Few are sought first and sorted then.
        /// </summary>
        private Task<int> AllowSortAsync(bool seeks) => Db.ExecuteAsync(
            seeks
                ? "SET LOCAL max_parallel_workers_per_gather = DEFAULT; SET LOCAL enable_sort = on"
                : "SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL enable_sort = off",
            Ct);

        /// <summary>What comes after a row in the order of changes, by the column that holds the moment.</summary>
        private static string Before(string moment) => $"""
            (@afterSince::timestamptz IS NULL OR {moment} <= @afterSince::timestamptz AND ({moment} < @afterSince::timestamptz
              OR (v.deployment_object_id, v.agent_id) > (@afterObject, @afterAgent)))
            """;

        /// <summary>
        /// Whether seeking out all that matches costs less than reading in the order of the list until a page is full, which takes the more
        /// rows the rarer a match is. Under a status alone an index holds nearly only matches in that order; where a text decides, the
        /// matches stand together somewhere in it, and that may be at its end. Pure.
        /// </summary>
        private static bool IsSooner(HealthFilter filter, long matches, long page, long total) => filter switch
        {
            { Text: not null } => matches < total / 4,
            { Statuses: [not Word.Unknown], Conditions: [], StackId: null, AgentId: null, Name: null } => matches < page,
            _ => IsRare(matches, page, total),
        };

        private static bool IsRare(long matches, long page, long total) => matches * matches < page * total;
    }
}

/// <summary>A page of the fleet's health.</summary>
/// <param name="Rows">The rows of the page, and one more where there is a next one.</param>
/// <param name="Counts">How many rows of each status there are under the other filters.</param>
/// <param name="Facets">How many rows the values of the other filters have; null where that was not asked for.</param>
internal sealed record FleetHealth(List<VerdictRow> Rows, StatusCounts Counts, HealthFacets? Facets);
