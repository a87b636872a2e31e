using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Cluster.Snapshot;

/// <summary>What a reader asked the snapshot for. Until some of it changes, the same question has the same answer.</summary>
internal sealed class Lookups
{
    private readonly HashSet<string> _uids = new(StringComparer.Ordinal);
    private readonly HashSet<ResourceId> _ids = [];

    public void Note(string uid) => _uids.Add(uid);

    public void Note(ResourceId id) => _ids.Add(id);

    public void Clear()
    {
        _uids.Clear();
        _ids.Clear();
    }

    public bool AreTouchedBy(ClusterChanges changes) => changes.IsEverything || _uids.Overlaps(changes.Uids) || _ids.Overlaps(changes.Ids);
}

/// <summary>
/// What changed in the cluster since someone asked last: the objects, their owners, the claims of pods, and what events are about.
/// </summary>
internal sealed class ClusterChanges
{
    /// <summary>With more than this, looking at everything again is as cheap.</summary>
    private const int Most = 20_000;

    /// <summary>Stands for every pod and workload of a namespace: no object has an empty name.</summary>
    public static ResourceId PodsAndWorkloadsIn(string ns) => new("", "Pod", ns, "");

    public HashSet<string> Uids { get; } = new(StringComparer.Ordinal);

    public HashSet<ResourceId> Ids { get; } = [];

    public bool IsEverything { get; private set; }

    public void Add(KubeObject o)
    {
        if (IsEverything)
            return;
        if (o is KubeEvent { InvolvedObject.Uid: { } about })
        {
            Uids.Add(about);
            return;
        }

        Ids.Add(o.Id);
        Uids.Add(o.Metadata.Uid);
        if (o.Metadata.Controller is { } owner)
            Uids.Add(owner.Uid);
        if (o is Pod or Workload)
            Ids.Add(PodsAndWorkloadsIn(o.Metadata.Namespace ?? ""));
        if (o is EndpointSlice { Service: { } service })
            Ids.Add(service);
        if (o is Pod pod)
            Ids.UnionWith(pod.Claims);
        if (Uids.Count > Most)
            AddEverything();
    }

    public void AddEverything()
    {
        IsEverything = true;
        Uids.Clear();
        Ids.Clear();
    }
}
