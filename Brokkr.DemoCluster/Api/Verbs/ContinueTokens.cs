using System.Collections.Concurrent;
using Brokkr.DemoCluster.Api.Control;
using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Objects;

namespace Brokkr.DemoCluster.Api.Verbs;

/// <summary>Gives out continue tokens and says which are still good: not expired by age, by a fault, or by versions forgotten.</summary>
internal sealed class ContinueTokens(ObjectStore store, DemoClusterOptions options, DemoClusterFaults faults)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _given = new();

    public string Give(long version, string key)
    {
        var token = ContinueToken.After(version, key).Encode();
        if (options.ContinueTokenLifetime is not null)
            _given[token] = options.Clock.GetUtcNow();
        return token;
    }

    /// <summary>The objects that a list shows, and the key from which on; the beginning without a token.</summary>
    public (Snapshot? Objects, string From, KubeStatus? Refusal) Open(ApiCall call)
    {
        var text = call.Query["continue"].ToString();
        if (text.Length == 0)
            return (store.Read(call.Kind), "", null);
        var (token, refusal) = ContinueToken.Decode(text);
        if (token is null)
            return (null, "", refusal);
        if (token.Version == ContinueToken.Inconsistent)
            return (store.Read(call.Kind), token.Key, null);
        var objects = IsTooOld(text) || faults.TakeExpiredContinue() ? null : store.ReadAt(call.Kind, token.Version);
        return objects is null
            ? (null, "", KubeStatus.ContinueExpired(token.Renew().Encode()))
            : (objects, token.Key, null);
    }

    private bool IsTooOld(string token) =>
        options.ContinueTokenLifetime is { } lifetime
        && _given.TryGetValue(token, out var given)
        && options.Clock.GetUtcNow() - given >= lifetime;
}
