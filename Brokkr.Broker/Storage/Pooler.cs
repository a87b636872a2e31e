using Npgsql;

namespace Brokkr.Broker.Storage;

/// <summary>What stands between the broker and the database, and gives out the database's sessions as it sees fit.</summary>
internal static class Pooler
{
    /// <summary>
    /// Tells whether there is one: the number of the session that was opened is then of its own making, and the database knows another.
    /// </summary>
    public static async Task<bool> StandsBeforeAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var ask = new NpgsqlCommand("SELECT pg_backend_pid()", connection);
        return await ask.ExecuteScalarAsync(ct) is int session && session != connection.ProcessID;
    }
}
