using LinqToDB;
using LinqToDB.Data;
using LinqToDB.DataProvider.PostgreSQL;
using Npgsql;

namespace Brokkr.Broker.Storage;

/// <summary>A connection to the broker's database; stores open one per call and dispose it.</summary>
internal sealed class BrokerDb(DataOptions options) : DataConnection(options)
{
    /// <summary>The settings of every connection of one data source.</summary>
    public static DataOptions OptionsFor(NpgsqlDataSource database) => new DataOptions().UseConnectionFactory(
        PostgreSQLTools.GetDataProvider(PostgreSQLVersion.v15), _ => database.CreateConnection());

    /// <summary>Runs SQL and answers its rows, none or many.</summary>
    public async Task<List<T>> ListAsync<T>(string sql, object parameters, CancellationToken ct) =>
        [.. await this.QueryToArrayAsync<T>(sql, parameters, ct)];

    /// <summary>Runs SQL that answers one row or none.</summary>
    public async Task<T?> FindAsync<T>(string sql, object parameters, CancellationToken ct) where T : class =>
        (await this.QueryToArrayAsync<T>(sql, parameters, ct)).SingleOrDefault();
}
