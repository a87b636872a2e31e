using System.Collections.Concurrent;
using System.Security.Cryptography;
using Brokkr.Contracts;
using Microsoft.AspNetCore.Authentication;

namespace Brokkr.Broker.Auth;

/// <summary>
/// Tells whose key it is. What the database said is trusted for a few seconds, so that a busy agent does not cost a query per call.
/// </summary>
/// <param name="paks">The keys.</param>
/// <param name="directory">Which exist.</param>
/// <param name="uses">Which were heard.</param>
/// <param name="clock">Measures trust.</param>
/// <param name="remembered">Only keys that exist are remembered; beyond this many those that were not used lately are forgotten.</param>
internal sealed class PakVerifier(
    ActivePakStore paks, PakDirectory directory, PakUses uses, TimeProvider clock, int remembered = 20_000)
{
    /// <summary>A revoked key must be refused everywhere within 5 s.</summary>
    private static readonly TimeSpan Trust = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);
    private int _tidyAt;

    /// <summary>
    /// Answers whose key it is, or null: unknown, expired, revoked, of another role and wrong secret look alike. Calls share the answer.
    /// </summary>
    public async Task<AuthenticateResult?> VerifyAsync(string presented, CancellationToken ct)
    {
        if (!Pak.TryParse(presented, out var pak))
            return null;
        if (_known.TryGetValue(pak.Id, out var known))
        {
            // The secret of a key never changes: guesses need no query, and whoever holds it is never in their queue.
            if (!Fits(known.Row, pak))
                return null;
            if (IsTrusted(known.Row, clock.GetElapsedTime(known.Read)))
                return known.Success;
        }
        else if (!await directory.MayExistAsync(pak.Id, ct))
        {
            return null;
        }

        var read = clock.GetTimestamp();
        if (await paks.FindAsync(pak.Id, ct) is not { } row)
        {
            _known.TryRemove(pak.Id, out _);
            return null;
        }

        if (_known.Count >= Math.Max(remembered, Volatile.Read(ref _tidyAt)))
            Tidy();
        var success = known?.Row.IsSameCallerAs(row) == true ? known.Success : PakAuthentication.Success(row);
        _known[pak.Id] = new(row, success, read);
        if (!Fits(row, pak))
            return null;
        await uses.NoteAsync(row, ct);
        return success;
    }

    /// <summary>Every key that is in use stays, however many there are: each call would cost a query otherwise.</summary>
    private void Tidy()
    {
        foreach (var (id, _) in _known.Where(k => clock.GetElapsedTime(k.Value.Read) > Lately))
            _known.TryRemove(id, out _);
        Volatile.Write(ref _tidyAt, 2 * _known.Count);
    }

    /// <summary>This broker asks again at once; the others within the time for which they trust.</summary>
    public void Forget(string id) => _known.TryRemove(id, out _);

    private static bool IsTrusted(ActivePakRow row, TimeSpan age) =>
        age <= Trust && (row.ExpiresIn is not { } seconds || age.TotalSeconds < seconds);

    private static bool Fits(ActivePakRow row, Pak pak) =>
        CryptographicOperations.FixedTimeEquals(row.SecretHash, pak.SecretHash) && row.Role == PakWords.Of(pak.Role);

    private sealed record Known(ActivePakRow Row, AuthenticateResult Success, long Read);
}
