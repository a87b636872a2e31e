using Brokkr.Broker.Fleet;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Health;

/// <summary>Counts verdicts by their status, within the snapshot of the query that shows them.</summary>
internal static class VerdictCountStore
{
    public static async Task<StatusCounts> CountVerdictsAsync(
        this BrokerDb db, HealthFilter filter, FilterWords words, int staleAfter, CancellationToken ct)
    {
        var sql = filter.IsTallied
            ? TallySql.Count
            : $"""
               SELECT v.status, COUNT(*)::int AS count FROM {VerdictSql.Verdicts} v
                WHERE {filter.ToSql(words, seeks: true)} GROUP BY v.status
               """;
        return StatusCounts.Of(await db.ListAsync<StatusCountRow>(sql, filter.Parameters(words, staleAfter, limit: 0), ct));
    }
}
