using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Targets;
using Brokkr.Contracts.Manifests;

namespace Brokkr.Agent.Deployment;

/// <summary>
/// How far one revision of a deployment object is, as this process knows. Used by one pass at a time. Times are those of the reconciler,
/// which the wall clock does not move.
/// </summary>
internal sealed class Progress(DeploymentTarget target)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>Time for the watch to bring what was applied.</summary>
    private static readonly TimeSpan WatchLag = TimeSpan.FromSeconds(10);

    /// <summary>Trouble of the API server with an object is said of it when it lasts this many attempts.</summary>
    private const int Lasting = 3;

    private readonly Backoff _retries = new(FirstPause, LongestPause);
    private readonly Backoff _drifts = new(FirstPause, LongestPause);
    private readonly Dictionary<ManifestObject, int> _troubles = new(ReferenceEqualityComparer.Instance);

    private TimeSpan _due;
    private TimeSpan _driftNotBefore;

    public DeploymentTarget Target { get; } = target;

    public Dictionary<ManifestObject, AppliedObject> Applied { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Whether the revision passed its trial, so that it may be applied.</summary>
    public bool IsTried { get; set; }

    /// <summary>When everything is applied again.</summary>
    public TimeSpan AgainAt { get; set; }

    public IReadOnlyList<ManifestObject> OpenOf(Bundle bundle) => [.. bundle.Resources.Where(r => !Applied.ContainsKey(r))];

    public bool IsDue(TimeSpan now) => now >= _due;

    /// <summary>Notes that everything is applied, and when there is something else to do.</summary>
    public void Done(TimeSpan next)
    {
        _due = next;
        _retries.Reset();
    }

    /// <param name="now">The time.</param>
    /// <param name="asked">How long the API server asks to be left alone.</param>
    public void Retry(TimeSpan now, TimeSpan? asked = null) => _due = now + _retries.Next(asked: asked);

    /// <summary>Counts attempts at which the API server was in trouble with objects.</summary>
    /// <returns>Those with which it has been for several.</returns>
    public IEnumerable<KeyValuePair<ManifestObject, string>> LastingOf(IReadOnlyDictionary<ManifestObject, string> troubled)
    {
        foreach (var over in _troubles.Keys.Where(m => !troubled.ContainsKey(m)).ToList())
            _troubles.Remove(over);
        foreach (var manifest in troubled.Keys)
            _troubles[manifest] = _troubles.GetValueOrDefault(manifest) + 1;
        return troubled.Where(t => _troubles[t.Key] >= Lasting);
    }

    /// <summary>What was put off is due now.</summary>
    public void Wake() => _due = default;

    public void Again()
    {
        Applied.Clear();
        _due = default;
    }

    /// <summary>Opens what is not as it was applied any more. What others keep changing is looked at less and less often.</summary>
    /// <returns>How many objects.</returns>
    public int OpenDrifted(ClusterState cluster, TimeSpan now)
    {
        if (now < _driftNotBefore || !cluster.Knows(Applied.Values.Select(a => new KindId(a.Entry.Id.Group, a.Entry.Kind)).Distinct()))
            return 0;
        var drifted = cluster.Read(new(), snapshot =>
            Applied.Where(a => now - a.Value.At > WatchLag && IsDrifted(a.Key, a.Value, snapshot)).Select(a => a.Key).ToList());
        if (drifted.Count == 0)
        {
            _drifts.Reset();
            return 0;
        }

        foreach (var manifest in drifted)
            Applied.Remove(manifest);
        _driftNotBefore = now + WatchLag + _drifts.Next();
        _due = default;
        return drifted.Count;
    }

    /// <summary>Whether a manifest is carried out once: a Job that removes itself must not run again because it is gone.</summary>
    public static bool IsOnce(ManifestObject manifest) =>
        manifest.Kind == "Job" && manifest.Scalar("spec", "ttlSecondsAfterFinished") is not null;

    private static bool IsDrifted(ManifestObject manifest, AppliedObject applied, ClusterSnapshot snapshot)
    {
        var id = applied.Entry.Id;
        if (snapshot.Readability(id.Group, id.Kind, id.Namespace).Access != KindAccess.Readable)
            return false;
        if (snapshot.Find(id) is not { } found)
            return !IsOnce(manifest);
        var (now, then) = (found.Metadata, applied.Metadata);
        if (now.DeletionTimestamp is not null || then.Uid.Length == 0)
            return false;
        if (now.Uid != then.Uid)
            return true;
        // What others add is theirs, and a status is nobody's manifest: only what was applied is looked at.
        return now.ManagedFields.Count > 0 && then.AppliedFields is { } fields
            ? now.AppliedFields != fields
            : now.Generation is { } generation && then.Generation is { } before && generation != before;
    }
}
