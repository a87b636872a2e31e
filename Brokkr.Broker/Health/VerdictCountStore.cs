using Brokkr.Broker.Fleet;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Health;

/// <summary>Counts verdicts by their status, within the snapshot of the query that shows them.</summary>
internal static class VerdictCountStore
{
    /// <summary>What is meant by more than stack, agent and status is counted so far: no index knows how many rows that are.</summary>
    public const int MostRows = 10_000;

    public static async Task<StatusCounts> CountVerdictsAsync(
        this BrokerDb db, HealthFilter filter, FilterWords words, int staleAfter, CancellationToken ct)
    {
        var sql = filter.IsTallied
            ? TallySql.Count
            : $"""
               SELECT v.status, COUNT(*)::int AS count
                 FROM (SELECT v.status FROM {VerdictSql.Verdicts} v WHERE {filter.ToSql(words, seeks: true)} LIMIT @limit) v
                GROUP BY v.status
               """;
        // No limit at all is null.
        int? limit = filter.IsOpen ? MostRows + 1 : null;
        var counts = StatusCounts.Of(await db.ListAsync<StatusCountRow>(sql, filter.Parameters(words, staleAfter, limit), ct));
        return counts with { IsAtLeast = counts.Total > limit - 1 };
    }
}
