using System.Collections.Concurrent;
using System.Security.Cryptography;
using Brokkr.Contracts;

namespace Brokkr.Broker.Auth;

/// <summary>Tells whose key it is. What the database said is trusted for a few seconds, so that a busy agent does not cost a query per call.</summary>
internal sealed class PakVerifier(PakStore paks, TimeProvider clock)
{
    /// <summary>A revoked key must be refused everywhere within 5 s.</summary>
    private static readonly TimeSpan Trust = TimeSpan.FromSeconds(4);

    /// <summary>Only keys that exist are remembered; beyond this many the memory starts anew.</summary>
    private const int Remembered = 20_000;

    private readonly ConcurrentDictionary<string, (PakRow Row, long Read)> _known = new(StringComparer.Ordinal);

    /// <summary>Answers the key, or null: unknown, revoked, of another role and wrong secret look alike.</summary>
    public async Task<PakRow?> VerifyAsync(string presented, CancellationToken ct)
    {
        if (!Pak.TryParse(presented, out var pak))
            return null;
        var fresh = false;
        if (!_known.TryGetValue(pak.Id, out var known) || clock.GetElapsedTime(known.Read) > Trust)
        {
            var read = clock.GetTimestamp();
            if (await paks.FindAsync(pak.Id, ct) is not { } row)
            {
                _known.TryRemove(pak.Id, out _);
                return null;
            }

            if (_known.Count >= Remembered)
                _known.Clear();
            _known[pak.Id] = known = (row, read);
            fresh = true;
        }

        if (!CryptographicOperations.FixedTimeEquals(known.Row.SecretHash, pak.SecretHash) || known.Row.Role != WordOf(pak.Role))
            return null;
        if (fresh)
            await paks.RecordUseAsync(known.Row, ct);
        return known.Row;
    }

    private static string WordOf(PakRole role) => role switch
    {
        PakRole.Admin => "admin",
        PakRole.Reader => "reader",
        PakRole.Agent => "agent",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };
}
