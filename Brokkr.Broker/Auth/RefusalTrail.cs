using System.Collections.Concurrent;
using System.Net;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Auth;

/// <summary>
/// Tells where calls come from that were refused for their key, at most one line for a source and minute and one audit event for a source
/// and hour, of a hundred sources each: whoever pours in wrong keys fills neither the log nor the database.
/// </summary>
internal sealed class RefusalTrail(AuditStore audit, DatabaseWatch database, TimeProvider clock, ILogger<RefusalTrail> log)
    : BackgroundService
{
    private const int Sources = 100;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<Refusal> _events = [];
    private readonly Told _lines = new(TimeSpan.FromMinutes(1), Sources);
    private readonly Told _hours = new(TimeSpan.FromHours(1), Sources);

    /// <param name="refusal">What was refused; of the key its identifier alone.</param>
    public void Note(Refusal refusal)
    {
        var source = RateLimits.Network(IPAddress.TryParse(refusal.By.Address, out var address) ? address : null);
        if (_lines.IsNew(source, clock, out var untold))
            AuthLog.Refused(log, refusal.By.Address, refusal.KeyId.Length == 0 ? "none" : refusal.KeyId, refusal.Reason, untold);
        if (_hours.IsNew(source, clock, out _))
            _events.Enqueue(refusal);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => database.RunAsync(Soon, WriteAsync, log, stoppingToken);

    /// <summary>What cannot be written now stays; there is never more than an hour's.</summary>
    internal async Task WriteAsync(CancellationToken ct)
    {
        while (_events.TryPeek(out var refusal))
        {
            await audit.AddAsync(refusal.By, "refuse_key", refusal.KeyId, refusal.Reason, ct);
            _events.TryDequeue(out _);
        }
    }

    /// <summary>The sources that were told of in the present period, as many as are told of at all.</summary>
    private sealed class Told(TimeSpan period, int atMost)
    {
        private readonly Lock _gate = new();
        private readonly HashSet<string> _sources = new(StringComparer.Ordinal);
        private long? _began;
        private long _untold;

        /// <param name="source">Where it comes from.</param>
        /// <param name="clock">Tells the time.</param>
        /// <param name="untold">How many were passed over since the last one that was told.</param>
        public bool IsNew(string source, TimeProvider clock, out long untold)
        {
            lock (_gate)
            {
                if (_began is not { } began || clock.GetElapsedTime(began) >= period)
                {
                    _began = clock.GetTimestamp();
                    _sources.Clear();
                }

                var isNew = _sources.Count < atMost && _sources.Add(source);
                untold = _untold;
                _untold = isNew ? 0 : _untold + 1;
                return isNew;
            }
        }
    }
}

/// <summary>A call that was refused for its key.</summary>
/// <param name="By">Who called, as far as that is known: the address at least.</param>
/// <param name="KeyId">The identifier of the key that was shown; empty where it was none.</param>
/// <param name="Reason">Of <see cref="RefusalMetrics"/>.</param>
internal sealed record Refusal(Actor By, string KeyId, string Reason);
