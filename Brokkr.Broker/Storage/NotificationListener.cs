using Npgsql;

namespace Brokkr.Broker.Storage;

/// <summary>
/// Listens on a channel of the database, on one connection that is opened again when it breaks. What is said meanwhile is lost.
/// </summary>
internal sealed class NotificationListener(
    DatabaseOptions options, DatabaseWatch watch, TimeProvider clock, ILogger<NotificationListener> log) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>A connection whose other end vanished says nothing for ever: silence is checked.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    private readonly bool _isApart = options.ListenConnectionString.Length > 0;
    private readonly NpgsqlDataSource _database = DataSources.CreateForListening(options);
    private bool _isPoolerTold;

    /// <summary>Runs until it is told to stop, and then ends without an exception.</summary>
    public async Task ListenAsync(string channel, Action<string> heard, CancellationToken ct)
    {
        var failures = 0;
        while (!ct.IsCancellationRequested)
        {
            var isOpen = false;
            try
            {
                await using var connection = await _database.OpenConnectionAsync(ct);
                isOpen = true;
                connection.Notification += (_, notification) => heard(notification.Payload);
                await RunAsync(connection, $"LISTEN {channel}", ct);
                await TellOfPoolerAsync(connection, ct);
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
            catch (Exception e) when (!isOpen && !_isApart && DatabaseFailure.IsTransient(e))
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

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <summary>Whether what is said passes it only time would show.</summary>
    private async Task TellOfPoolerAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        if (_isPoolerTold || !await Pooler.StandsBeforeAsync(connection, ct))
            return;
        _isPoolerTold = true;
        StorageLog.PoolerBeforeNotifications(log);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = (int)Silence.TotalSeconds };
        await command.ExecuteNonQueryAsync(ct);
    }
}
