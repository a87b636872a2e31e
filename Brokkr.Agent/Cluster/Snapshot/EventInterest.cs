using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Cluster.Snapshot;

/// <summary>Knows whose events are worth keeping. Not thread-safe.</summary>
internal sealed class EventInterest(ClusterIndex index)
{
    /// <summary>Nothing real is owned over more steps.</summary>
    private const int MostOwners = 10;

    /// <summary>What the manifests name; null before anybody said so, when everything is kept.</summary>
    public IReadOnlySet<NamedObject>? Named { get; set; }

    /// <summary>
    /// Whether an event is about what is named, what belongs to it, or a claim that some pod mounts; null where what it is about is not
    /// known yet.
    /// </summary>
    public bool? In(KubeEvent e)
    {
        if (Named is null)
            return true;
        var about = e.InvolvedObject;
        if (about.Kind == "PersistentVolumeClaim" && index.MountedBy(new("", about.Kind, about.Namespace ?? "", about.Name)).Count > 0)
            return true;
        if (about.Uid is not { } uid || index.FindByUid(uid) is not { } found)
            return Named.Contains(new(about.Kind, about.Name)) ? true : null;
        for (var steps = 0; steps < MostOwners; steps++)
        {
            if (Named.Contains(new(found.Kind, found.Metadata.Name)))
                return true;
            if (found.Metadata.Controller is not { } owner)
                return false;
            if (index.FindByUid(owner.Uid) is not { } next)
                return null;
            found = next;
        }

        return false;
    }
}

/// <summary>What manifests name, whatever its namespace and version: enough to know whose events are worth keeping.</summary>
internal readonly record struct NamedObject(string Kind, string Name);
