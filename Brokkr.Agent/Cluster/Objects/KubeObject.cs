using System.Text.Json;
using System.Text.Json.Serialization;

namespace Brokkr.Agent.Cluster.Objects;

/// <summary>What Brokkr keeps of any Kubernetes object: identity, owners and times.</summary>
internal class KubeObject
{
    /// <summary>As in <c>apps/v1</c>. Items of a list carry none: whoever reads the list sets it.</summary>
    public string ApiVersion { get; set; } = "";

    /// <summary>As in <c>Deployment</c>. Items of a list carry none: whoever reads the list sets it.</summary>
    public string Kind { get; set; } = "";

    public ObjectMeta Metadata { get => field; set => field = value ?? new(); } = new();

    /// <summary>
    /// When the agent first saw the present generation, by its own clock; whoever watches sets it. Stands in for absent managed fields.
    /// </summary>
    [JsonIgnore]
    public DateTimeOffset? GenerationSeenAt { get; set; }

    /// <summary>What is wrong with an object of which nothing but metadata could be read; null for all others.</summary>
    [JsonIgnore]
    public string? Unread { get; init; }

    /// <summary>The generation that the object's controller has looked at; null where the kind or the controller does not say.</summary>
    [JsonIgnore]
    public virtual long? ObservedGeneration => null;

    [JsonIgnore]
    public ResourceId Id => new(ResourceId.GroupOf(ApiVersion), Kind, Metadata.Namespace ?? "", Metadata.Name);

    public override string ToString() => Id.ToString();
}

/// <summary>Names one object: API group (empty for core), kind, namespace (empty for cluster-scoped objects), name.</summary>
internal readonly record struct ResourceId(string Group, string Kind, string Namespace, string Name)
{
    /// <summary>The group of an apiVersion: <c>apps</c> of <c>apps/v1</c>, empty of <c>v1</c>.</summary>
    public static string GroupOf(string apiVersion) =>
        apiVersion.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0
            ? SharedStringConverter.Share(apiVersion.AsSpan(0, slash))
            : "";

    public override string ToString() => Namespace.Length == 0 ? $"{Kind} {Name}" : $"{Kind} {Namespace}/{Name}";
}

internal sealed class ObjectMeta
{
    public string Name { get; set; } = "";

    [JsonConverter(typeof(SharedStringConverter))]
    public string? Namespace { get; set; }

    public string Uid { get; set; } = "";
    public string? ResourceVersion { get; set; }

    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public long? Generation { get; set; }

    public DateTimeOffset? CreationTimestamp { get; set; }
    public DateTimeOffset? DeletionTimestamp { get; set; }
    public List<string> Finalizers { get => field; set => field = value ?? []; } = [];
    public List<OwnerReference> OwnerReferences { get => field; set => field = value ?? []; } = [];

    /// <summary>Only those that rules look at: others can be large and hold whole manifests.</summary>
    [JsonConverter(typeof(OwnAnnotationsConverter))]
    public Dictionary<string, string> Annotations { get => field; set => field = value ?? []; } = [];

    /// <summary>As <see cref="LabelSet"/> reads them; null without any.</summary>
    [JsonConverter(typeof(LabelSetConverter))]
    public string? Labels { get; set; }

    public List<ManagedField> ManagedFields { get => field; set => field = value ?? []; } = [];

    /// <summary>A digest of the fields that this agent applied and that nobody took since; null where there are none.</summary>
    [JsonIgnore]
    public ulong? AppliedFields => ManagedFields.Find(f => f.AppliedFields is not null)?.AppliedFields;

    /// <summary>The owner that manages the object; the first owner where none says so.</summary>
    [JsonIgnore]
    public OwnerReference? Controller => OwnerReferences.Find(o => o.Controller) ?? OwnerReferences.FirstOrDefault();
}

internal sealed class OwnerReference
{
    [JsonConverter(typeof(SharedStringConverter))]
    public string ApiVersion { get; set; } = "";

    [JsonConverter(typeof(SharedStringConverter))]
    public string Kind { get; set; } = "";

    [JsonConverter(typeof(SharedStringConverter))]
    public string Name { get; set; } = "";

    [JsonConverter(typeof(SharedStringConverter))]
    public string Uid { get; set; } = "";

    public bool Controller { get; set; }
}

/// <summary>When a field manager wrote last, and whether it wrote the status.</summary>
[JsonConverter(typeof(ManagedFieldConverter))]
internal sealed class ManagedField
{
    /// <summary>The name under which this agent applies.</summary>
    public const string OwnManager = "brokkr-agent";

    public DateTimeOffset? Time { get; set; }

    public string? Subresource { get; set; }

    /// <summary>A digest of the fields, where it is what this agent applied.</summary>
    public ulong? AppliedFields { get; set; }
}

/// <summary>A condition of any object's status.</summary>
internal sealed class Condition
{
    [JsonConverter(typeof(SharedStringConverter))]
    public string Type { get; set; } = "";

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    [JsonConverter(typeof(ConditionStatusConverter))]
    public string Status { get; set; } = "";

    [JsonConverter(typeof(SharedStringConverter))]
    public string? Reason { get; set; }

    public string? Message { get; set; }
    [JsonConverter(typeof(LenientTimeConverter))]
    public DateTimeOffset? LastTransitionTime { get; set; }

    /// <summary>When it was last looked at; controllers that have no other time write it.</summary>
    [JsonConverter(typeof(LenientTimeConverter))]
    public DateTimeOffset? LastUpdateTime { get; set; }

    /// <summary>The generation that this condition was drawn from; few controllers say.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public long? ObservedGeneration { get; set; }

    /// <summary>How much it matters that it is false: <c>Error</c>, <c>Warning</c> or <c>Info</c>; few controllers say.</summary>
    [JsonConverter(typeof(SharedStringConverter))]
    public string? Severity { get; set; }

    /// <summary>Since when it is as it is; null where it does not say.</summary>
    [JsonIgnore]
    public DateTimeOffset? Since => LastTransitionTime ?? LastUpdateTime;

    [JsonIgnore]
    public bool IsTrue => Status == "True";

    [JsonIgnore]
    public bool IsFalse => Status == "False";

    /// <summary>Reads a condition of any kind; what does not look like one is none.</summary>
    public static IEnumerable<Condition> From(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return [];
        try
        {
            return element.Deserialize(ClusterJson.Default.Condition) is { } condition ? [condition] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
