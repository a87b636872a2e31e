using Npgsql;

namespace Brokkr.Broker.Storage;

/// <summary>
/// Listens on a channel of the database, on one connection that is opened again when it breaks. What is said meanwhile is lost.
/// </summary>
internal sealed class NotificationListener(
    NpgsqlDataSource database, DatabaseWatch watch, TimeProvider clock, ILogger<NotificationListener> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>A connection whose other end vanished says nothing for ever: silence is checked.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    /// <summary>Runs until it is told to stop, and then ends without an exception.</summary>
    public async Task ListenAsync(string channel, Action<string> heard, CancellationToken ct)
    {
        var failures = 0;
        while (!ct.IsCancellationRequested)
        {
            var isOpen = false;
            try
            {
                await using var connection = await database.OpenConnectionAsync(ct);
                isOpen = true;
                connection.Notification += (_, notification) => heard(notification.Payload);
                await RunAsync(connection, $"LISTEN {channel}", ct);
                while (true)
                {
                    if (await connection.WaitAsync(Silence, ct))
                        continue;
                    await RunAsync(connection, "SELECT 1", ct);
                    if (failures > 1)
                        StorageLog.Listening(log);
                    failures = 0;
                }
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (!isOpen && DatabaseFailure.IsTransient(e))
            {
                watch.Failed(e);
            }
            catch (Exception e)
            {
                // A connection that broke is opened again; one that breaks each time is worth a word.
                if (++failures == 2)
                    StorageLog.NotListening(log, e);
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
