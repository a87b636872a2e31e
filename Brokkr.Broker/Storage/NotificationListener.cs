using Npgsql;

namespace Brokkr.Broker.Storage;

/// <summary>
/// Listens on a channel of the database, on one connection that is opened again when it breaks. What is said meanwhile is lost.
/// </summary>
internal sealed class NotificationListener(NpgsqlDataSource database, TimeProvider clock, ILogger<NotificationListener> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>A connection whose other end vanished says nothing for ever: silence is checked.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    /// <summary>Runs until it is told to stop, and then ends without an exception.</summary>
    public async Task ListenAsync(string channel, Action<string> heard, CancellationToken ct)
    {
        var isBroken = false;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(ct);
                connection.Notification += (_, notification) => heard(notification.Payload);
                await RunAsync(connection, $"LISTEN {channel}", ct);
                if (isBroken)
                    StorageLog.Listening(log);
                isBroken = false;
                while (true)
                {
                    if (!await connection.WaitAsync(Silence, ct))
                        await RunAsync(connection, "SELECT 1", ct);
                }
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (!isBroken)
                    StorageLog.NotListening(log, e);
                isBroken = true;
            }

            await Task.Delay(Pause, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = (int)Silence.TotalSeconds };
        await command.ExecuteNonQueryAsync(ct);
    }
}
