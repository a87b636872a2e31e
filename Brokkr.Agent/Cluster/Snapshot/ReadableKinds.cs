using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Cluster.Snapshot;

/// <summary>How each kind could be read: in the whole cluster, or in each namespace that is watched. Immutable.</summary>
internal sealed class ReadableKinds
{
    private readonly Dictionary<KindId, KindReadability> _worst;
    private readonly Dictionary<(KindId Kind, string Namespace), KindReadability> _byNamespace;
    private readonly HashSet<KindId> _isConfined;

    /// <param name="readings">Kind, namespace (null for the whole cluster) and how it could be read; a kind that is not here counts as
    /// read.</param>
    public ReadableKinds(IEnumerable<(KindId Kind, string? Namespace, KindReadability How)> readings)
    {
        var all = readings.ToList();
        _worst = all.GroupBy(r => r.Kind, r => r.How).ToDictionary(g => g.Key, g => g.MaxBy(h => h.Access)!);
        _byNamespace = all.Where(r => r.Namespace is not null).ToDictionary(r => (r.Kind, r.Namespace!), r => r.How);
        _isConfined = [.. _byNamespace.Keys.Select(k => k.Kind)];
    }

    /// <summary>A kind that is read in several namespaces is as readable as where it is least so.</summary>
    public KindReadability Of(KindId kind) => _worst.GetValueOrDefault(kind, KindReadability.Readable);

    /// <summary>In one namespace; what lies outside those that are watched is out of sight.</summary>
    public KindReadability Of(KindId kind, string ns)
    {
        if (ns.Length == 0 || !_isConfined.Contains(kind))
            return Of(kind);
        return _byNamespace.GetValueOrDefault((kind, ns))
            ?? new(KindAccess.Forbidden, true, $"The namespace {ns} is not among agent.namespaces.");
    }
}
