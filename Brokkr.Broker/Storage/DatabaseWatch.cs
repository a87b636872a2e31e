using Brokkr.Contracts;
using Brokkr.Contracts.Text;
using Npgsql;

namespace Brokkr.Broker.Storage;

/// <summary>
/// Says once that the database is away and once that it is back, however many calls and loops meet its absence: it takes no connection, or
/// takes one and no writes.
/// </summary>
internal sealed class DatabaseWatch(NpgsqlDataSource database, TimeProvider clock, ILogger<DatabaseWatch> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly string _address = DataSources.AddressOf(database.ConnectionString);
    private readonly Lock _gate = new();
    private long? _awaySince;

    /// <summary>Takes note of a failure that <see cref="DatabaseFailure.IsTransient"/>.</summary>
    public void Failed(Exception failure)
    {
        // What was undone was so by a database that is there.
        if (DatabaseFailure.IsUndone(failure))
            return;
        lock (_gate)
        {
            if (_awaySince is not null)
                return;
            _awaySince = clock.GetTimestamp();
        }

        StorageLog.DatabaseAway(log, _address, Echo.Of(failure.GetBaseException().Message));
    }

    /// <summary>
    /// Runs a pass every period; where it meets the absence of the database, or another transaction that it has to give way to, the
    /// next one makes up for it.
    /// </summary>
    public Task RunAsync(TimeSpan period, Func<CancellationToken, Task> pass, ILogger passLog, CancellationToken stop) =>
        Periodic.RunAsync(period, clock, async ct =>
        {
            try
            {
                await pass(ct);
            }
            catch (Exception e) when (DatabaseFailure.IsTransient(e))
            {
                Failed(e);
            }
        }, passLog, stop);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Periodic.RunAsync(Interval, clock, LookAsync, log, stoppingToken);

    private async Task LookAsync(CancellationToken ct)
    {
        if (AwaySince() is not { } since || !await TakesWritesAsync(ct))
            return;
        lock (_gate)
            _awaySince = null;
        StorageLog.DatabaseBack(log, _address, (long)Math.Ceiling(clock.GetElapsedTime(since).TotalSeconds));
    }

    private long? AwaySince()
    {
        lock (_gate)
            return _awaySince;
    }

    private async Task<bool> TakesWritesAsync(CancellationToken ct)
    {
        try
        {
            await using var command = database.CreateCommand("SELECT current_setting('transaction_read_only')");
            return await command.ExecuteScalarAsync(ct) is "off";
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return false;
        }
    }
}
