using System.Collections.Concurrent;
using System.Net;
using Brokkr.Agent.Broker;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Targets;
using Brokkr.Contracts;
using Brokkr.Contracts.Manifests;
using Brokkr.Contracts.Text;

namespace Brokkr.Agent.Deployment;

/// <summary>
/// Brings the cluster to what the broker says, in a loop of its own: what is new, what was refused, what changed in the cluster. Deletes
/// only on the broker's complete word.
/// </summary>
internal sealed class DeploymentReconciler(
    TargetState targets, ClusterState cluster, BundleApplier applier, Pruner pruner, InventoryStore store, Refusals refusals,
    KindLookup kinds, DeletionBrake brake, ConnectionOptions connection, DeploymentOptions options, TimeProvider clock,
    ILogger<DeploymentReconciler> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    /// <summary>What could not be deleted is tried again after this.</summary>
    private static readonly TimeSpan DeleteAgain = TimeSpan.FromMinutes(5);

    /// <summary>Deployment objects in hand at a time.</summary>
    private const int AtATime = 4;

    private static IEqualityComparer<ManifestObject> ByManifest => ReferenceEqualityComparer.Instance;

    private readonly long _began = clock.GetTimestamp();
    private readonly Dictionary<DeploymentOwner, Progress> _progress = [];
    private readonly Dictionary<DeploymentOwner, TimeSpan> _deleteAt = [];
    private readonly Backoff _troubles = new(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1));
    private ConcurrentDictionary<DeploymentOwner, Inventory>? _inventories;
    private TimeSpan _notBefore;
    private string _said = "";
    private TargetWord? _seen;
    private BrakeNote _noted;

    /// <summary>How long this process runs: a wall clock that is set puts nothing off.</summary>
    private TimeSpan Now => clock.GetElapsedTime(_began);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        options.IsApply ? Periodic.RunAsync(clock, PassAsync, SayFailed, stoppingToken) : Task.CompletedTask;

    /// <summary>Waits for a new word of the broker, no longer than a period, and makes a pass.</summary>
    private async Task PassAsync(CancellationToken ct)
    {
        await targets.NextWord(_seen).WaitAsync(Period, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ct.ThrowIfCancellationRequested();
        _seen = targets.Word;
        await ReconcileAsync(ct);
    }

    private TimeSpan SayFailed(Exception? failure)
    {
        if (failure is not null)
            DeploymentLog.PassFailed(log, failure);
        return TimeSpan.Zero;
    }

    /// <summary>One pass. While the API server is in trouble there are pauses, and what was said of the objects stands.</summary>
    internal async Task ReconcileAsync(CancellationToken ct)
    {
        if (targets.Word is not { Assignments: var assignments } word || Now < _notBefore)
            return;
        try
        {
            if (_inventories is null)
            {
                var (kept, noted) = await store.ReadAsync(ct);
                brake.Restore(noted);
                (_inventories, _noted) = (new(kept), noted);
            }

            await ReconcileAsync(word, _inventories, ct);
            _troubles.Reset();
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException or IOException && !ct.IsCancellationRequested)
        {
            _notBefore = Now + _troubles.Next(asked: (e as ApiRefusal)?.RetryAfter);
            if (_inventories is null)
                assignments.ToList().ForEach(a => SayHeld(a.Target, e));
            SayHeld(e.Message);
        }
    }

    private async Task ReconcileAsync(TargetWord word, ConcurrentDictionary<DeploymentOwner, Inventory> inventories, CancellationToken ct)
    {
        var assignments = word.Assignments;
        var now = Now;
        var current = assignments.Select(a => (Owner: DeploymentOwner.Of(a.Target, connection.AgentId), a.Target, a.Malformed)).ToList();
        var standing = current.Select(c => c.Owner).ToHashSet();
        foreach (var gone in _progress.Keys.Where(o => !standing.Contains(o)).ToList())
            _progress.Remove(gone);
        refusals.Keep(current.Select(c => c.Target.Id).ToHashSet());

        var due = current.Where(c => c.Malformed is null).Select(c => (c.Owner, Progress: ProgressOf(c.Owner, c.Target, now)))
            .Where(d => d.Progress.IsDue(now)).ToList();
        var withdrawn = inventories.Keys.Where(o => !standing.Contains(o) && now >= _deleteAt.GetValueOrDefault(o)).ToList();
        if (due.Count + withdrawn.Count == 0 && (inventories.IsEmpty || !brake.IsNew(word)))
            return;
        var served =
            await kinds.ScopesAsync(assignments.SelectMany(a => a.Target.Resources).Select(r => (r.ApiVersion, r.Kind)).Distinct(), ct);
        var scopes = KindScopes.Of(assignments, inventories.Values, served);
        var owners = new Owners(assignments, inventories, scopes, connection.AgentId);
        var wasHeld = brake.IsHeld;
        var mayDelete = brake.Allows(DoomedOf(inventories, owners), inventories.Values.Sum(i => i.Entries.Count), word);
        if (wasHeld && mayDelete)
            WakeAll();
        if (brake.Note != _noted && !inventories.IsEmpty)
        {
            await store.WriteNoteAsync(brake.Note, ct);
            _noted = brake.Note;
        }

        var inOrder = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = ct };
        await Parallel.ForEachAsync(due, inOrder, async (d, stop) =>
        {
            try
            {
                await AdvanceAsync(d.Owner, d.Progress, inventories, owners, stop);
            }
            catch (Exception e) when (ApiRefusal.IsOfOneRequest(e))
            {
                d.Progress.Retry(Now, (e as ApiRefusal)?.RetryAfter);
                SayHeld(d.Progress.Target, e);
                SayHeld(e.Message);
            }
        });

        foreach (var owner in mayDelete ? withdrawn : [])
        {
            try
            {
                await WithdrawAsync(owner, inventories, owners, ct);
            }
            catch (Exception e) when (ApiRefusal.IsOfOneRequest(e))
            {
                _deleteAt[owner] = Now + DeleteAgain;
                SayHeld(e.Message);
            }
        }
    }

    /// <summary>How many objects nobody names any more.</summary>
    private static int DoomedOf(ConcurrentDictionary<DeploymentOwner, Inventory> inventories, Owners owners) =>
        inventories.Sum(i => i.Value.Entries.Count(e => owners.WinnerOf(e.Id) is null && !owners.MayName(i.Key, e.Id)));

    private void WakeAll()
    {
        foreach (var progress in _progress.Values)
            progress.Wake();
        _deleteAt.Clear();
    }

    private Progress ProgressOf(DeploymentOwner owner, DeploymentTarget target, TimeSpan now)
    {
        if (_progress.GetValueOrDefault(owner) is not { } progress || progress.Target.Id != target.Id)
            return _progress[owner] = new(target) { AgainAt = NextFull(now) };
        if (now >= progress.AgainAt)
        {
            progress.AgainAt = NextFull(now);
            progress.Again();
        }
        else if (progress.OpenDrifted(cluster, now) is var drifted and > 0)
        {
            var name = ShortText.Name(target.Name);
            DeploymentLog.Drifted(log, name, drifted);
        }

        return progress;
    }

    private TimeSpan NextFull(TimeSpan now) => options.ReapplyMinutes == 0
        ? TimeSpan.MaxValue
        : now + Backoff.Jittered(TimeSpan.FromMinutes(options.ReapplyMinutes), 0.2);

    private async Task AdvanceAsync(
        DeploymentOwner owner, Progress progress, ConcurrentDictionary<DeploymentOwner, Inventory> inventories, Owners owners,
        CancellationToken ct)
    {
        var target = progress.Target;
        var bundle = new Bundle(target.Resources, owners.Scopes);
        var inventory = inventories.GetValueOrDefault(owner, Inventory.Empty);
        if (!progress.IsTried && inventory.Revision != target.Id && await applier.TryAsync(bundle, owner, ct) is { Count: > 0 } refused)
        {
            Say(target, refused);
            progress.Retry(Now);
            return;
        }

        progress.IsTried = true;
        // Before anything is there that nobody would remember.
        var before = inventory.Entries.UnionBy(await applier.EntriesAsync(bundle, ct), e => e.Id).ToList();
        await KeepAsync(owner, inventory with { Entries = before }, inventories, ct);
        var finished = before.Where(e => e.Revision == target.Id).Select(e => e.Id).ToHashSet();
        var open = progress.OpenOf(bundle).Where(m => !Progress.IsOnce(m) || !finished.Contains(owners.Scopes.KeyOf(m))).ToList();

        var result = await applier.ApplyAsync(bundle, open, owner, owners, ct);
        foreach (var (manifest, applied) in result.Applied)
            progress.Applied[manifest] = applied with { At = Now };
        var done = result.Applied.Values.Select(a => a.Entry with { Revision = target.Id }).ToList();
        var after = done.UnionBy(before, e => e.Id).ToList();
        IReadOnlyList<InventoryEntry> kept = [];
        if (result.IsComplete)
        {
            var wanted = bundle.Resources.Select(owners.Scopes.KeyOf).ToHashSet();
            var unwanted = after.Where(e => !wanted.Contains(e.Id)).ToList();
            var doomed = unwanted.Where(e => owners.WinnerOf(e.Id) is null);
            kept = !brake.IsHeld ? await pruner.DeleteAsync(doomed, owner, ct) : [.. doomed];
            after = [.. after.Where(e => !unwanted.Contains(e)), .. kept];
        }

        await KeepAsync(owner, new(result.IsComplete ? target.Id : inventory.Revision, after), inventories, ct);
        Say(target, result.Refused.Concat(progress.LastingOf(result.Troubled)).ToDictionary(ByManifest));
        if (!result.IsComplete)
        {
            if (!result.Troubled.IsEmpty)
                SayHeld(result.Troubled.Values.First());
            progress.Retry(Now, result.RetryAfter);
            return;
        }

        progress.Done(kept.Count > 0 ? Now + DeleteAgain : TimeSpan.MaxValue);
        if (inventory.Revision == target.Id)
            return;
        var name = ShortText.Name(target.Name);
        DeploymentLog.Applied(log, name, bundle.Resources.Count);
    }

    /// <summary>Deletes what was applied for a deployment object that the agent does not look after any more.</summary>
    private async Task WithdrawAsync(DeploymentOwner owner, ConcurrentDictionary<DeploymentOwner, Inventory> inventories, Owners owners,
        CancellationToken ct)
    {
        var inventory = inventories[owner];
        var kept = await pruner.DeleteAsync(inventory.Entries.Where(e => owners.WinnerOf(e.Id) is null), owner, ct);
        await KeepAsync(owner, inventory with { Entries = kept }, inventories, ct);
        if (kept.Count > 0)
            _deleteAt[owner] = Now + DeleteAgain;
        else
            _deleteAt.Remove(owner);
    }

    private async Task KeepAsync(DeploymentOwner owner, Inventory inventory, ConcurrentDictionary<DeploymentOwner, Inventory> inventories,
        CancellationToken ct)
    {
        if (inventories.GetValueOrDefault(owner, Inventory.Empty).IsSame(inventory))
            return;
        await store.WriteAsync(owner, inventory, ct);
        if (inventory.Entries.Count > 0)
            inventories[owner] = inventory;
        else
            inventories.TryRemove(owner, out _);
    }

    private void Say(DeploymentTarget target, IReadOnlyDictionary<ManifestObject, string> refused)
    {
        var former = refusals.Of(target.Id);
        var said = target.Resources.Where(refused.ContainsKey)
            .Select(m => Said(m, refused[m], former.FirstOrDefault(f => ManifestKey.Of(f.Manifest) == ManifestKey.Of(m)))).ToList();
        foreach (var news in said.Where(s => !former.Any(f => ReferenceEquals(f, s))))
        {
            var (name, resource) = (ShortText.Name(target.Name), ShortText.Name($"{ManifestKey.Of(news.Manifest)}"));
            var reason = ShortText.Message(news.Text);
            DeploymentLog.Refused(log, name, resource, reason);
        }

        refusals.Set(target.Id, said);
    }

    /// <summary>
    /// What keeps a deployment object from being applied at all and does not pass by itself is said of each of its objects.
    /// </summary>
    private void SayHeld(DeploymentTarget target, Exception e)
    {
        if (e is HttpRequestException
            {
                StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.NotFound
            or HttpStatusCode.UnprocessableEntity or HttpStatusCode.RequestEntityTooLarge
            })
            Say(target,
                target.Resources.Select(r => KeyValuePair.Create(r, e.Message)).ToDictionary(ByManifest));
    }

    private void SayHeld(string text)
    {
        if (Interlocked.Exchange(ref _said, text) == text)
            return;
        var reason = ShortText.Message(text);
        DeploymentLog.Held(log, reason);
    }

    private Refusal Said(ManifestObject manifest, string text, Refusal? former) =>
        former is not null && former.Text == text ? former : new(manifest, text, former?.Since ?? clock.GetUtcNow());
}
