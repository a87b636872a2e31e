namespace Brokkr.Broker.Auth;

/// <summary>
/// Bounds what keys that do not exist cost. A few per second are looked up one by one; beyond that those that come within a moment are
/// looked up together, in one query by their identifiers. Queries stay few, whatever the number of keys, and no key that exists is refused,
/// however new and whoever floods.
/// </summary>
internal sealed class PakDirectory(ActivePakStore paks, TimeProvider clock)
{
    /// <summary>More than brokers see unless somebody guesses; few enough for any database.</summary>
    private const int LookupsPerSecond = 50;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private HashSet<string> _asked = new(StringComparer.Ordinal);
    private Task<HashSet<string>>? _next;
    private long? _window;
    private int _lookups;

    /// <summary>False where the key certainly does not exist.</summary>
    public async ValueTask<bool> MayExistAsync(string id, CancellationToken ct)
    {
        Task<HashSet<string>> next;
        lock (_gate)
        {
            if (_window is not { } window || clock.GetElapsedTime(window) >= Second)
                (_window, _lookups) = (clock.GetTimestamp(), 0);
            if (_lookups++ < LookupsPerSecond)
                return true;
            _asked.Add(id);
            next = _next ??= LookUpSoonAsync();
        }

        return (await next.WaitAsync(ct)).Contains(id);
    }

    private async Task<HashSet<string>> LookUpSoonAsync()
    {
        await Task.Delay(Moment, clock, CancellationToken.None);
        HashSet<string> asked;
        lock (_gate)
            (asked, _asked, _next) = (_asked, new(StringComparer.Ordinal), null);
        return new(await paks.ListInForceAsync([.. asked], CancellationToken.None), StringComparer.Ordinal);
    }
}
