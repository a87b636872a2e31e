using System.Text.Json.Serialization;

namespace Brokkr.Agent.Cluster.Objects;

/// <summary>An event in the shape of the core API group.</summary>
internal sealed class KubeEvent : KubeObject
{
    public InvolvedObject InvolvedObject { get => field; set => field = value ?? new(); } = new();

    [JsonConverter(typeof(SharedStringConverter))]
    public string? Type { get; set; }

    [JsonConverter(typeof(SharedStringConverter))]
    public string? Reason { get; set; }

    public string? Message { get; set; }
    public int? Count { get; set; }
    public DateTimeOffset? FirstTimestamp { get; set; }
    public DateTimeOffset? LastTimestamp { get; set; }
    public DateTimeOffset? EventTime { get; set; }
    public EventSeries? Series { get; set; }
    public EventSource? Source { get; set; }

    [JsonConverter(typeof(SharedStringConverter))]
    public string? ReportingComponent { get; set; }

    /// <summary>What the group events.k8s.io calls the involved object.</summary>
    public InvolvedObject Regarding { set => InvolvedObject = value; }

    /// <summary>What the group events.k8s.io calls the message.</summary>
    public string? Note { set => Message = value; }

    /// <summary>When it happened last: the series' time, the event time, the last and the first timestamp, in this order.</summary>
    [JsonIgnore]
    public DateTimeOffset? LastSeen =>
        Series?.LastObservedTime ?? EventTime ?? LastTimestamp ?? FirstTimestamp ?? Metadata.CreationTimestamp;

    [JsonIgnore]
    public DateTimeOffset? FirstSeen => FirstTimestamp ?? EventTime ?? Metadata.CreationTimestamp ?? LastSeen;

    [JsonIgnore]
    public int Occurrences => Math.Max(1, Series?.Count ?? Count ?? 1);
}

internal sealed class InvolvedObject
{
    [JsonConverter(typeof(SharedStringConverter))]
    public string Kind { get; set; } = "";

    [JsonConverter(typeof(SharedStringConverter))]
    public string? Namespace { get; set; }

    public string Name { get; set; } = "";
    public string? Uid { get; set; }

    /// <summary>As in <c>spec.containers{app}</c>; null where it concerns the whole object.</summary>
    [JsonConverter(typeof(SharedStringConverter))]
    public string? FieldPath { get; set; }
}

internal sealed class EventSeries
{
    public int? Count { get; set; }
    public DateTimeOffset? LastObservedTime { get; set; }
}

internal sealed class EventSource
{
    [JsonConverter(typeof(SharedStringConverter))]
    public string? Component { get; set; }
}
