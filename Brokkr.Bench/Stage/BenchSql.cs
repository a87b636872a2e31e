using System.Globalization;
using Npgsql;

namespace Brokkr.Bench.Stage;

/// <summary>What the benchmark itself does with a broker's database, which may take minutes in a large one.</summary>
internal static class BenchSql
{
    private const int PatienceSeconds = 1800;

    public static async Task ExecuteAsync(
        this NpgsqlDataSource database, string sql, CancellationToken ct, params NpgsqlParameter[] parameters)
    {
        await using var command = Command(database, sql);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The one value that a statement answers.</summary>
    public static async Task<double> NumberAsync(this NpgsqlDataSource database, string sql, CancellationToken ct)
    {
        await using var command = Command(database, sql);
        return Convert.ToDouble(await command.ExecuteScalarAsync(ct), CultureInfo.InvariantCulture);
    }

    private static NpgsqlCommand Command(NpgsqlDataSource database, string sql)
    {
        var command = database.CreateCommand(sql);
        command.CommandTimeout = PatienceSeconds;
        return command;
    }
}
