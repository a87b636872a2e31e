namespace Brokkr.Broker.Auth;

/// <summary>
/// Bounds what keys that do not exist cost. A few per second are looked up one by one; beyond that those that come within a moment wait for
/// one list of all identifiers, which tells them apart. Queries stay few, and no key that exists is refused, however new and whoever
/// floods.
/// </summary>
internal sealed class PakDirectory(ActivePakStore paks, TimeProvider clock)
{
    /// <summary>More than brokers see unless somebody guesses; few enough for any database.</summary>
    private const int LookupsPerSecond = 50;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
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
            next = _next ??= ReadSoonAsync();
        }

        return (await next.WaitAsync(ct)).Contains(id);
    }

    private async Task<HashSet<string>> ReadSoonAsync()
    {
        await Task.Delay(Moment, clock, CancellationToken.None);
        // Who comes from now on needs a later list: a key may be created after this one is read.
        lock (_gate)
            _next = null;
        return new(await paks.ListIdsAsync(CancellationToken.None), StringComparer.Ordinal);
    }
}
