using LinqToDB;
using LinqToDB.Data;
using Npgsql;

namespace Brokkr.Broker.Storage;

/// <summary>
/// Keeps tables that are partitioned by the column <c>at</c>: makes partitions ahead and drops those whose time is over. Any number of
/// brokers may do so at once; one does it, by the database's clock. Whatever is held by others is tried again with the next pass, and
/// rows that no partition is made for stand in the default one meanwhile.
/// </summary>
internal sealed class Partitions(Func<BrokerDb> openDb, ILogger<Partitions> log)
{
    /// <summary>Who comes after one that waits for a lock waits behind it.</summary>
    private const string LockTimeout = "1s";

    /// <summary>
    /// How long a partition is: few days are kept longer than asked for, and a few dozen partitions are the most there are.
    /// </summary>
    private const string Period =
        "CASE WHEN @days <= 60 THEN 'week' WHEN @days <= 730 THEN 'month' ELSE 'year' END";

    private const string Now = "COALESCE(@now::timestamptz, NOW())";

    private const string IsOver = $"< {Now} - @days * INTERVAL '1 day'";

    private const string All = $"""
        present AS (SELECT {Now} AS now, {Period} AS period),
        partitions AS (
            SELECT c.relname::text AS name, substring(b.bound FROM 'FROM \(''([^'']+)''\)')::timestamptz AS lower,
                   substring(b.bound FROM 'TO \(''([^'']+)''\)')::timestamptz AS upper
              FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
             CROSS JOIN LATERAL (SELECT pg_get_expr(c.relpartbound, c.oid) AS bound) b WHERE i.inhparent = @table::regclass)
        """;

    /// <summary>Answers how many rows went; of partitions that were dropped, how many the database took them to have.</summary>
    /// <param name="table">The table; its default partition has the same name and <c>_default</c>.</param>
    /// <param name="days">How long rows are to be kept. A partition goes once that is over for all of it.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="now">The time; null for the database's.</param>
    public async Task<int> KeepAsync(string table, int days, CancellationToken ct, DateTimeOffset? now = null)
    {
        var parameters = new { table, days, now = now?.UtcDateTime };
        await using var db = openDb();
        var gone = 0;
        try
        {
            while (await MakeNextAsync(db, table, parameters, ct))
            {
            }

            foreach (var name in await db.ListAsync<string>(
                $"WITH {All} SELECT name FROM partitions WHERE upper {IsOver} ORDER BY upper", parameters, ct))
            {
                gone += await DropAsync(db, table, name, ct);
            }
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            StorageLog.PartitionsWait(log, table);
        }

        // What is no partition of one time loses rows one by one: the first, which is the table of before, and the default one.
        foreach (var name in await db.ListAsync<string>($"WITH {All} SELECT name FROM partitions WHERE lower IS NULL", parameters, ct))
        {
            try
            {
                gone += await db.SweepAsync(name, $"at {IsOver} ORDER BY at", ct,
                    new DataParameter("days", days), new DataParameter("now", now?.UtcDateTime, DataType.DateTimeOffset));
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
            {
                // Another broker dropped it.
            }
        }

        await AnalyzeAsync(db, table, ct);
        return gone;
    }

    /// <summary>
    /// Makes the partition after the last one, where less than two periods are made ahead; false where nothing is to be done.
    /// </summary>
    private static async Task<bool> MakeNextAsync(BrokerDb db, string table, object parameters, CancellationToken ct)
    {
        await using var transaction = await db.BeginTransactionAsync(ct);
        if (!await HoldAsync(db, table, ct))
            return false;
        var next = await db.ListAsync<string>(
            $"""
             WITH {All},
                  last AS (SELECT COALESCE((SELECT MAX(upper) FROM partitions),
                                           date_trunc(period, now AT TIME ZONE 'UTC') AT TIME ZONE 'UTC') AS upper FROM present),
                  next AS (SELECT upper AT TIME ZONE 'UTC' AS lower,
                                  date_trunc(period, GREATEST(upper, now) AT TIME ZONE 'UTC') + ('1 ' || period)::interval AS upper
                             FROM last, present WHERE upper < now + 2 * ('1 ' || period)::interval)
             SELECT to_char(unnest(ARRAY[lower, upper]), 'YYYY-MM-DD') FROM next
             """, parameters, ct);
        if (next is not [var lower, var upper])
            return false;
        var (made, rest) = ($"{table}_{lower.Replace("-", "", StringComparison.Ordinal)}", $"{table}_default");
        var referenced = await db.ListAsync<string>(
            "SELECT DISTINCT confrelid::regclass::text FROM pg_constraint WHERE conrelid = @table::regclass AND contype = 'f' ORDER BY 1",
            parameters, ct);
        await db.ExecuteAsync($"CREATE TABLE {made} (LIKE {rest} INCLUDING ALL)", ct);
        // In the order in which others take them: what refers to them is told of in them.
        if (referenced.Count > 0)
            await db.ExecuteAsync($"LOCK TABLE {string.Join(", ", referenced)} IN SHARE ROW EXCLUSIVE MODE", ct);
        await db.ExecuteAsync(
            $"""
             LOCK TABLE {rest} IN ACCESS EXCLUSIVE MODE;
             WITH moved AS (DELETE FROM {rest} WHERE at >= '{lower}Z' AND at < '{upper}Z' RETURNING *)
             INSERT INTO {made} SELECT * FROM moved;
             ALTER TABLE {table} ATTACH PARTITION {made} FOR VALUES FROM ('{lower}Z') TO ('{upper}Z')
             """, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    private async Task<int> DropAsync(BrokerDb db, string table, string name, CancellationToken ct)
    {
        await using var transaction = await db.BeginTransactionAsync(ct);
        if (!await HoldAsync(db, table, ct))
            return 0;
        const string Expected = "SELECT GREATEST(reltuples, 0)::int FROM pg_class WHERE oid = to_regclass(@name)";
        if (await db.FindValueAsync<int>(Expected, new { name }, ct) is not { } rows)
            return 0;
        await db.ExecuteAsync($"DROP TABLE {name}", ct);
        await transaction.CommitAsync(ct);
        StorageLog.PartitionDropped(log, name);
        return rows;
    }

    /// <summary>False where another broker does it.</summary>
    private static async Task<bool> HoldAsync(BrokerDb db, string table, CancellationToken ct)
    {
        await db.ExecuteAsync($"SET LOCAL lock_timeout = '{LockTimeout}'", ct);
        return (await db.FindValueAsync<bool>(
            "SELECT pg_try_advisory_xact_lock(hashtextextended('partitions of ' || @table, 0))", new { table }, ct))!.Value;
    }

    /// <summary>PostgreSQL looks by itself at partitions only; what it expects of the whole is looked up once a day.</summary>
    private static async Task AnalyzeAsync(BrokerDb db, string table, CancellationToken ct)
    {
        if (await db.FindValueAsync<bool>(
            """
            SELECT TRUE FROM pg_stat_user_tables
             WHERE relid = @table::regclass AND COALESCE(last_analyze, '-infinity') < NOW() - INTERVAL '1 day'
            """, new { table }, ct) is null)
        {
            return;
        }

        db.CommandTimeout = 0;
        await db.ExecuteAsync($"ANALYZE (SKIP_LOCKED) {table}", ct);
    }
}
