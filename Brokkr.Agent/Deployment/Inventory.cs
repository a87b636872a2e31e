using System.Text.Json.Serialization;
using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Deployment;

/// <summary>One object that was applied, or was about to be.</summary>
/// <param name="ApiVersion">As applied.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Namespace">Empty for kinds without.</param>
/// <param name="Name">Its name.</param>
/// <param name="Revision">The revision with which it was applied last; empty where that did not succeed yet.</param>
internal sealed record InventoryEntry(string ApiVersion, string Kind, string Namespace, string Name, Guid Revision = default)
{
    [JsonIgnore]
    public ResourceId Id => new(ResourceId.GroupOf(ApiVersion), Kind, Namespace, Name);
}

/// <summary>What is in the cluster for a deployment object.</summary>
/// <param name="Revision">The revision of which everything was applied once; empty before.</param>
/// <param name="Entries">The objects.</param>
internal sealed record Inventory(Guid Revision, IReadOnlyList<InventoryEntry> Entries)
{
    public static readonly Inventory Empty = new(Guid.Empty, []);

    public bool IsSame(Inventory other) => Revision == other.Revision && Entries.SequenceEqual(other.Entries);
}

/// <summary>How inventories are written down.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Inventory))]
internal sealed partial class InventoryJson : JsonSerializerContext;
