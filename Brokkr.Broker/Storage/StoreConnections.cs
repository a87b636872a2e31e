using LinqToDB.Interceptors;
using Npgsql;

namespace Brokkr.Broker.Storage;

/// <summary>
/// Opens the connections of stores. What is asked for often is prepared in their sessions, until it shows that a pooler gives each
/// transaction another session: that one does not know what was prepared, or knows something else by the same name.
/// </summary>
internal sealed class StoreConnections(DatabaseOptions options, NpgsqlDataSource plain, ILogger<StoreConnections> log)
    : IExceptionInterceptor, IAsyncDisposable
{
    private readonly NpgsqlDataSource _preparing = DataSources.Create(options.ConnectionString);
    private int _isPlain;

    public NpgsqlConnection Create() => (Volatile.Read(ref _isPlain) == 0 ? _preparing : plain).CreateConnection();

    /// <summary>Prepares nothing where a pooler is found, unless the connection string says what it bears.</summary>
    public async Task CheckAsync(CancellationToken ct)
    {
        if (DataSources.SaysWhatIsPrepared(options.ConnectionString))
            return;
        await using var connection = await plain.OpenConnectionAsync(ct);
        if (await Pooler.StandsBeforeAsync(connection, ct))
            StopPreparing("another session answers than the one that was opened");
    }

    public void ProcessException(ExceptionEventData eventData, Exception exception)
    {
        if (DatabaseFailure.IsOfPrepared(exception))
            StopPreparing($"SQLSTATE {((PostgresException)exception).SqlState}");
    }

    public ValueTask DisposeAsync() => _preparing.DisposeAsync();

    private void StopPreparing(string sign)
    {
        if (Interlocked.Exchange(ref _isPlain, 1) != 0)
            return;
        StorageLog.NotPreparing(log, sign);
        _preparing.Clear();
    }
}
