namespace Brokkr.DemoCluster.Api.Kinds;

/// <summary>A part of an object that has a path of its own.</summary>
internal sealed record Subresource(string Name, string Group, string Version, string Kind, IReadOnlyList<string> Verbs);

/// <summary>One kind of object as discovery describes it.</summary>
internal sealed class ResourceKind(string group, string version, string plural, string kind, bool namespaced)
{
    private static readonly string[] Uncounted =
        ["", "autoscaling", "rbac.authorization.k8s.io", "storage.k8s.io", "scheduling.k8s.io", "coordination.k8s.io", "node.k8s.io",
        "discovery.k8s.io", "apiregistration.k8s.io", "events.k8s.io"];

    private static readonly string[] AllVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    public string Group { get; } = group;

    public string Version { get; } = version;

    public string Plural { get; } = plural;

    public string Kind { get; } = kind;

    public bool Namespaced { get; } = namespaced;

    public string Singular { get; init; } = kind.ToLowerInvariant();

    public IReadOnlyList<string> Verbs { get; init; } = AllVerbs;

    public IReadOnlyList<string> ShortNames { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];

    public string? StorageVersionHash { get; init; }

    public IReadOnlyList<Subresource> Subresources { get; init; } = [];

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The name that error texts use.</summary>
    public string QualifiedPlural => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    public bool IsCoreEvent => Plural == "events" && Group.Length == 0;

    public bool IsNewEvent => Plural == "events" && Group == "events.k8s.io";

    /// <summary>Where its objects are kept: events are the same objects in both their groups.</summary>
    public string Shelf => IsCoreEvent || IsNewEvent ? "events" : $"{Plural}.{Version}.{Group}";

    /// <summary>Whether its objects count their specs: few built-in kinds outside the groups of workloads do.</summary>
    public bool HasGeneration =>
        IsCustom || !Uncounted.Contains(Group) || (Group.Length == 0 && Plural is "pods" or "replicationcontrollers");

    /// <summary>A real server keeps apiVersion and kind in the items of a list for custom resources only.</summary>
    public bool IsCustom => Group.Contains('.', StringComparison.Ordinal) && !Group.EndsWith("k8s.io", StringComparison.Ordinal);
}
