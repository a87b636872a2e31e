using System.Data;
using LinqToDB;
using LinqToDB.Data;
using LinqToDB.DataProvider.PostgreSQL;
using LinqToDB.Mapping;
using Npgsql;

namespace Brokkr.Broker.Storage;

/// <summary>A connection to the broker's database; stores open one per call and dispose it.</summary>
internal sealed class BrokerDb(DataOptions options) : DataConnection(options)
{
    private const int SweepBatch = 5000;

    /// <summary>The settings of every connection of one data source.</summary>
    public static DataOptions OptionsFor(NpgsqlDataSource database) => OptionsFor(database.CreateConnection);

    /// <summary>The settings of every connection that is made so.</summary>
    public static DataOptions OptionsFor(Func<NpgsqlConnection> create) => new DataOptions()
        .UseConnectionFactory(PostgreSQLTools.GetDataProvider(PostgreSQLVersion.v15), _ => create())
        .UseMappingSchema(RowMapping.Schema);

    /// <summary>
    /// Begins a transaction that reads much, or by filters: which plan is good depends on what is asked for, each time anew. None is worth
    /// being compiled, which takes longer than it runs; and what is counted or sorted fits into memory.
    /// </summary>
    public async Task<DataConnectionTransaction> BeginReadingAsync(IsolationLevel isolation, CancellationToken ct)
    {
        var transaction = await BeginTransactionAsync(isolation, ct);
        await this.ExecuteAsync("SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL jit = off; SET LOCAL work_mem = '32MB'", ct);
        return transaction;
    }

    /// <summary>Runs SQL and answers its rows, none or many; of rows with one column their values.</summary>
    public async Task<List<T>> ListAsync<T>(string sql, object parameters, CancellationToken ct) =>
        [.. await this.QueryToArrayAsync<T>(sql, parameters, ct)];

    /// <summary>
    /// Runs two statements in one trip to the database and answers the rows of both; the second sees what others committed while the first
    /// waited.
    /// </summary>
    public async Task<(List<T1> First, List<T2> Second)> ListBothAsync<T1, T2>(
        string first, string second, object parameters, CancellationToken ct)
    {
        var both = await this.SetCommand($"{first};\n{second}", parameters).QueryMultipleAsync<Both<T1, T2>>(ct);
        return (both.First, both.Second);
    }

    /// <summary>Runs SQL that answers one row or none.</summary>
    public async Task<T?> FindAsync<T>(string sql, object parameters, CancellationToken ct) where T : class =>
        (await this.QueryToArrayAsync<T>(sql, parameters, ct)).SingleOrDefault();

    /// <summary>Runs SQL that answers one value or none.</summary>
    public async Task<T?> FindValueAsync<T>(string sql, object parameters, CancellationToken ct) where T : struct =>
        await this.QueryToArrayAsync<T>(sql, parameters, ct) is [var value] ? value : null;

    /// <summary>Runs statements and answers how many rows they wrote.</summary>
    public Task<int> RunAsync(string sql, object parameters, CancellationToken ct) => this.SetCommand(sql, parameters).ExecuteAsync(ct);

    /// <summary>
    /// Deletes rows batch by batch, so that it holds nothing for long and no statement grows with what is over; any number of brokers may
    /// do so at once. Answers how many rows went.
    /// </summary>
    /// <param name="table">The table, whose key is <c>id</c>.</param>
    /// <param name="which">Which rows, in the order of an index.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="parameters">What the condition needs.</param>
    public async Task<int> SweepAsync(string table, string which, CancellationToken ct, params DataParameter[] parameters)
    {
        var (total, deleted) = (0, SweepBatch);
        while (deleted == SweepBatch)
        {
            deleted = await this.ExecuteAsync(
                $"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE {which} LIMIT {SweepBatch} FOR UPDATE SKIP LOCKED)",
                ct, parameters);
            total += deleted;
        }

        return total;
    }

    /// <summary>The answers to two statements.</summary>
    private sealed class Both<T1, T2>
    {
        [ResultSetIndex(0)]
        public List<T1> First { get; set; } = [];

        [ResultSetIndex(1)]
        public List<T2> Second { get; set; } = [];
    }
}
