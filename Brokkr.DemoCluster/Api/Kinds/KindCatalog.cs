using System.Collections.Immutable;

namespace Brokkr.DemoCluster.Api.Kinds;

/// <summary>
/// The kinds this server serves, in the order in which discovery lists them. Thread-safe: definitions bring kinds while it serves.
/// </summary>
internal sealed class KindCatalog
{
    private readonly Lock _gate = new();
    private volatile ImmutableList<ResourceKind> _kinds = [];

    /// <summary>The named groups in order; the core group has no name and is not among them.</summary>
    public IEnumerable<string> Groups => _kinds.Select(k => k.Group).Where(g => g.Length > 0).Distinct();

    public IReadOnlyList<ResourceKind> Kinds => _kinds;

    public ResourceKind? Find(string group, string version, string plural) =>
        _kinds.Find(k => k.Plural == plural && k.Group == group && k.Version == version);

    public ResourceKind? FindKind(string apiVersion, string kind) => _kinds.Find(k => k.ApiVersion == apiVersion && k.Kind == kind);

    public ResourceKind? FindPlural(string plural, string? group) =>
        _kinds.Find(k => k.Plural == plural && (group is null || k.Group == group));

    public IEnumerable<string> Versions(string group) => _kinds.Where(k => k.Group == group).Select(k => k.Version).Distinct();

    public IEnumerable<ResourceKind> Of(string group, string version) =>
        _kinds.Where(k => k.Group == group && k.Version == version).OrderBy(k => k.Plural, StringComparer.Ordinal);

    /// <summary>Adds a kind; one that is known already is replaced in its place.</summary>
    public ResourceKind Add(ResourceKind kind)
    {
        lock (_gate)
            _kinds = Find(kind.Group, kind.Version, kind.Plural) is { } known ? _kinds.Replace(known, kind) : _kinds.Add(kind);
        return kind;
    }

    /// <summary>Serves a kind in these versions and no others.</summary>
    public void Replace(string group, string plural, IEnumerable<ResourceKind> served)
    {
        lock (_gate)
            _kinds = [.. _kinds.RemoveAll(k => k.Group == group && k.Plural == plural), .. served];
    }

    public void Remove(string group, string plural)
    {
        lock (_gate)
            _kinds = _kinds.RemoveAll(k => k.Group == group && k.Plural == plural);
    }
}
