using System.Globalization;
using Npgsql;

namespace Brokkr.Broker.Storage;

/// <summary>Says at the start where this broker alone may ask for more connections than the server has room for.</summary>
internal sealed class ConnectionRoom(NpgsqlDataSource database, ILogger<ConnectionRoom> log)
{
    public async Task CheckAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int");
        var room = Convert.ToInt32(await command.ExecuteScalarAsync(ct), CultureInfo.InvariantCulture);
        var pool = new NpgsqlConnectionStringBuilder(database.ConnectionString).MaxPoolSize;
        if (pool > room)
            StorageLog.PoolTooLarge(log, pool, room);
    }
}
