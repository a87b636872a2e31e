using Brokkr.Contracts;
using Brokkr.Contracts.Text;
using Npgsql;

namespace Brokkr.Broker.Storage;

/// <summary>
/// Marks the primary every second and looks which mark has reached the standby; says once that it does not follow, and once that it does
/// again.
/// </summary>
internal sealed class StandbyWatch : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Standby _standby;
    private readonly DatabaseOptions _options;
    private readonly DatabaseWatch _primaryWatch;
    private readonly TimeProvider _clock;
    private readonly ILogger<StandbyWatch> _log;
    private readonly NpgsqlDataSource _primary;
    private readonly NpgsqlDataSource _copy;
    private readonly string _address;
    private long _number;
    private long _reachedSince;
    private bool _isTold;

    public StandbyWatch(
        Standby standby, DatabaseOptions options, DatabaseWatch primaryWatch, TimeProvider clock, ILogger<StandbyWatch> log)
    {
        (_standby, _options, _primaryWatch, _clock, _log) = (standby, options, primaryWatch, clock, log);
        (_primary, _copy) = (DataSources.CreateForMarks(options), DataSources.CreateForStandbyLooks(options));
        _address = DataSources.AddressOf(options.ReadConnectionString);
        _reachedSince = clock.GetTimestamp();
    }

    /// <summary>How old, at most, what the standby knows is.</summary>
    public TimeSpan Lag => _clock.GetElapsedTime(Volatile.Read(ref _reachedSince));

    public override void Dispose()
    {
        _primary.Dispose();
        _copy.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Periodic.RunAsync(Interval, _clock, LookAsync, _log, stoppingToken);

    internal async Task LookAsync(CancellationToken ct)
    {
        await MarkAsync(ct);
        var trouble = await TroubleAsync(ct);
        if (trouble is null)
            Followed();
        else
            Fell(trouble);
    }

    private void Followed()
    {
        if (_isTold)
            StorageLog.StandbyFollows(_log, _address);
        (_isTold, _standby.Follows) = (false, true);
    }

    private void Fell(string trouble)
    {
        // One that a broker has just begun to mark has not fallen behind.
        var isNews = _standby.Follows || Lag > TimeSpan.FromSeconds(_options.ReadLagSeconds);
        _standby.Follows = false;
        if (_isTold || !isNews)
            return;
        _isTold = true;
        StorageLog.StandbyAway(_log, _address, trouble);
    }

    private async Task MarkAsync(CancellationToken ct)
    {
        try
        {
            var (number, began) = (++_number, _clock.GetTimestamp());
            await using var connection = await _primary.OpenConnectionAsync(ct);
            if (number == 1)
                await ForgetOthersAsync(connection, ct);
            await using var mark = new NpgsqlCommand(
                """
                INSERT INTO standby_marks (broker, number, at) VALUES ($1, $2, CLOCK_TIMESTAMP())
                ON CONFLICT (broker) DO UPDATE SET number = excluded.number, at = excluded.at RETURNING at
                """, connection)
            { Parameters = { new() { Value = _standby.Broker }, new() { Value = number } } };
            _standby.Add(new(number, (DateTime)(await mark.ExecuteScalarAsync(ct))!, began));
        }
        catch (Exception e) when (DatabaseFailure.IsTransient(e))
        {
            _primaryWatch.Failed(e);
        }
    }

    /// <summary>Brokers that ended leave their marks.</summary>
    private static async Task ForgetOthersAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var forget = new NpgsqlCommand(
            """
            DELETE FROM standby_marks
             WHERE broker IN (SELECT broker FROM standby_marks WHERE at < NOW() - INTERVAL '1 day' FOR UPDATE SKIP LOCKED)
            """, connection);
        await forget.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Why the standby cannot be asked; null where it can.</summary>
    private async Task<string?> TroubleAsync(CancellationToken ct)
    {
        try
        {
            await using var connection = await _copy.OpenConnectionAsync(ct);
            if (await _standby.ReachedAsync(connection, ct) is not { } mark)
                return $"knows nothing younger than {_options.ReadLagSeconds} s";
            Volatile.Write(ref _reachedSince, mark.Began);
            return null;
        }
        catch (Exception e) when (Standby.IsFailure(e))
        {
            return $"does not answer ({Echo.Of(e.GetBaseException().Message)})";
        }
    }
}
