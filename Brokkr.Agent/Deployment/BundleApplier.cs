using System.Collections.Concurrent;
using Brokkr.Agent.Broker;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Targets;
using Brokkr.Contracts.Manifests;

namespace Brokkr.Agent.Deployment;

/// <summary>Tries and applies the objects of one deployment object.</summary>
internal sealed class BundleApplier(
    ClusterWriter writer, KindLookup kinds, Succession succession, ConnectionOptions options, TimeProvider clock)
{
    /// <summary>Objects of one deployment object that are in hand at a time.</summary>
    private const int AtATime = 4;

    private const int Waves = 5;

    private static readonly TimeSpan DefinitionPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Asks the API server about every object without changing anything. What it refuses outright is the answer; conflicts are not, nor
    /// trouble, nor what can only be known when the rest of the bundle is there.
    /// </summary>
    public async Task<IReadOnlyDictionary<ManifestObject, string>> TryAsync(Bundle bundle, DeploymentOwner owner, CancellationToken ct)
    {
        var refused = new ConcurrentDictionary<ManifestObject, string>(ReferenceEqualityComparer.Instance);
        await EachAsync(bundle.Resources, async (manifest, stop) =>
        {
            var (kind, trouble) = await FindAsync(manifest, stop);
            if (kind is null)
            {
                if (trouble is null && !bundle.Defines(manifest.ApiVersion, manifest.Kind))
                    refused[manifest] = NotServed(manifest);
                return;
            }

            var answer = await writer.ApplyAsync(PathOf(manifest, kind), ManifestJson.Of(manifest, owner), Bundle.Takes(manifest),
                dryRun: true, stop);
            if (!answer.IsDone && !answer.IsConflict && !answer.IsTrouble && !bundle.MayNeedTheRest(manifest, answer))
                refused[manifest] = answer.TextFor(manifest);
        }, ct);
        return refused;
    }

    /// <summary>Applies those objects of a bundle that are open, wave by wave. What is refused does not hold up the others.</summary>
    public async Task<ApplyResult> ApplyAsync(Bundle bundle, IReadOnlyList<ManifestObject> open, DeploymentOwner owner, Owners owners,
        CancellationToken ct)
    {
        var result = new ApplyResult();
        for (var wave = 0; wave < Waves; wave++)
        {
            var now = open.Where(m => Bundle.WaveOf(ResourceId.GroupOf(m.ApiVersion), m.Kind) == wave).ToList();
            await EachAsync(now, (manifest, stop) => ApplyAsync(manifest, owner, owners, result, stop), ct);
            if (wave == 1 && now.Count > 0)
                await DefinedAsync(bundle, ct);
        }

        return result;
    }

    private async Task ApplyAsync(ManifestObject manifest, DeploymentOwner owner, Owners owners, ApplyResult result, CancellationToken ct)
    {
        var (kind, trouble) = await FindAsync(manifest, ct);
        if (kind is null)
        {
            (trouble is null ? result.Refused : result.Troubled)[manifest] = trouble ?? NotServed(manifest);
            return;
        }

        var (path, key) = (PathOf(manifest, kind), owners.Scopes.KeyOf(manifest));
        if (owners.WinnerOf(key) is { } winner && winner != owner)
        {
            result.Refused[manifest] = TakenBy(winner);
            return;
        }

        var found = await writer.LookAsync(path, ct);
        var holder = succession.OwnerOf(found.Found?.Metadata.Annotations.GetValueOrDefault(Marks.Owner));
        if (!found.IsDone && !found.IsAbsent)
        {
            result.NotDone(manifest, found);
            return;
        }

        if (holder is not null && holder != owner && !Bundle.Takes(manifest)
            && (holder.AgentId != options.AgentId || owners.MayName(holder, key)))
        {
            result.Refused[manifest] = TakenBy(holder);
            return;
        }

        var answer = await writer.ApplyAsync(path, ManifestJson.Of(manifest, owner), Bundle.Takes(manifest), dryRun: false, ct);
        if (answer.IsDone)
            result.Applied[manifest] = new(EntryOf(manifest, kind), answer.Found?.Metadata ?? new());
        else
            result.NotDone(manifest, answer);
    }

    /// <summary>Where objects of the manifest's kind are written; null where it is not served, or where that cannot be said now.</summary>
    private async Task<(ServedKind? Kind, string? Trouble)> FindAsync(ManifestObject manifest, CancellationToken ct)
    {
        try
        {
            return (await kinds.FindAsync(manifest.ApiVersion, manifest.Kind, ct), null);
        }
        catch (Exception e) when (ApiRefusal.IsOfOneRequest(e))
        {
            return (null, $"The API server does not say whether it serves {manifest.ApiVersion}: {e.Message}");
        }
    }

    /// <summary>
    /// The entries of what a bundle is going to be; kinds that its own definitions bring count as namespaced until they are served.
    /// </summary>
    public async Task<IReadOnlyList<InventoryEntry>> EntriesAsync(Bundle bundle, CancellationToken ct)
    {
        var entries = new List<InventoryEntry>();
        foreach (var manifest in bundle.Resources)
        {
            if ((await FindAsync(manifest, ct)).Kind is { } kind)
                entries.Add(EntryOf(manifest, kind));
        }

        return entries;
    }

    /// <summary>
    /// Waits until the kinds that the bundle's definitions bring are served: the API server does so once they are established.
    /// </summary>
    private async Task DefinedAsync(Bundle bundle, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        foreach (var (apiVersion, kind) in bundle.Resources.Select(r => (r.ApiVersion, r.Kind)).Distinct()
            .Where(k => bundle.Defines(k.ApiVersion, k.Kind)))
        {
            kinds.Forget(apiVersion, kind);
            while (await IsAwaitedAsync(apiVersion, kind, ct) && clock.GetElapsedTime(began) < DefinitionPatience)
                await Task.Delay(LookAgain, clock, ct);
        }
    }

    private async Task<bool> IsAwaitedAsync(string apiVersion, string kind, CancellationToken ct)
    {
        try
        {
            return await kinds.FindAsync(apiVersion, kind, ct) is null;
        }
        catch (Exception e) when (ApiRefusal.IsOfOneRequest(e))
        {
            return true;
        }
    }

    private static InventoryEntry EntryOf(ManifestObject manifest, ServedKind kind) =>
        new(manifest.ApiVersion, manifest.Kind, ManifestKey.NamespaceOf(manifest, kind), manifest.Name);

    private static string PathOf(ManifestObject manifest, ServedKind kind) =>
        kind.PathOf(ManifestKey.NamespaceOf(manifest, kind), manifest.Name);

    private static string NotServed(ManifestObject manifest) =>
        $"The cluster does not serve the kind {manifest.Kind} of {manifest.ApiVersion}; install what defines it, or correct apiVersion "
            + "and kind.";

    private string TakenBy(DeploymentOwner holder) =>
        $"It is applied for the deployment object {holder.Name} of the stack "
            + $"{holder.StackId}{(holder.AgentId == options.AgentId ? "" : $" by the agent {holder.AgentId}")}; "
        + $"name it in one of the two only, or annotate it with {Marks.Force}: \"true\" where it is to be taken over."
        + (holder.AgentId == options.AgentId ? "" : " Where this agent takes the place of that one in the same cluster, set "
            + $"agent.deployment.predecessor to {holder.AgentId}, and everything that it applied is handed over.");

    private static Task EachAsync(IEnumerable<ManifestObject> manifests, Func<ManifestObject, CancellationToken, Task> one,
        CancellationToken ct) =>
        System.Threading.Tasks.Parallel.ForEachAsync(manifests,
            new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = ct }, async (m, stop) => await one(m, stop));
}

/// <summary>An object as it was when it was applied last.</summary>
internal sealed record AppliedObject(InventoryEntry Entry, ObjectMeta Metadata)
{
    /// <summary>When the reconciler took note of it, by its own time.</summary>
    public TimeSpan At { get; init; }
}

/// <summary>What became of the objects of a bundle, by manifest.</summary>
internal sealed class ApplyResult
{
    private readonly ConcurrentBag<TimeSpan> _waits = [];

    public ConcurrentDictionary<ManifestObject, AppliedObject> Applied { get; } = new(ReferenceEqualityComparer.Instance);

    public ConcurrentDictionary<ManifestObject, string> Refused { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>What was tried while the API server was in trouble with it, which says nothing about the manifest.</summary>
    public ConcurrentDictionary<ManifestObject, string> Troubled { get; } = new(ReferenceEqualityComparer.Instance);

    public bool IsComplete => Refused.IsEmpty && Troubled.IsEmpty;

    /// <summary>The longest that the API server asked to be left alone; null where it asked for nothing.</summary>
    public TimeSpan? RetryAfter => _waits.IsEmpty ? null : _waits.Max();

    public void NotDone(ManifestObject manifest, WriteAnswer answer)
    {
        (answer.IsTrouble ? Troubled : Refused)[manifest] = answer.TextFor(manifest);
        if (answer.RetryAfter is { } wait)
            _waits.Add(wait);
    }
}
