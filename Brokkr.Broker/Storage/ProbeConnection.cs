using Npgsql;

namespace Brokkr.Broker.Storage;

/// <summary>
/// The connection by which probes ask whether the database answers. They share one look: a probe that waits no longer leaves it to the
/// next, since a database under load answers late, and a look that each of them begins anew might never come to its end.
/// </summary>
internal sealed class ProbeConnection(DatabaseOptions options) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database = DataSources.CreateForProbes(options);
    private readonly Lock _gate = new();
    private Task<bool> _look = Task.FromResult(false);

    /// <summary>Whether the database answers, as soon as that is known.</summary>
    /// <exception cref="OperationCanceledException">The caller waits no longer.</exception>
    public Task<bool> AnswersAsync(CancellationToken ct)
    {
        lock (_gate)
        {
            if (_look.IsCompleted)
                _look = LookAsync();
            return _look.WaitAsync(ct);
        }
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private async Task<bool> LookAsync()
    {
        try
        {
            await using var command = _database.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(CancellationToken.None);
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or ObjectDisposedException)
        {
            return false;
        }
    }
}
