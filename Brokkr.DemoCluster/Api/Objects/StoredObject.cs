using System.Text.Json;
using System.Text.Json.Nodes;
using Brokkr.DemoCluster.Api.Json;

namespace Brokkr.DemoCluster.Api.Objects;

/// <summary>One version of one object. Immutable; the bytes are what a list shows, without apiVersion and kind.</summary>
internal sealed class StoredObject(string key, long version, byte[] body)
{
    private readonly Lazy<JsonElement> _value = new(() => JsonElement.Parse(body, ApiJson.Reading));
    private readonly Lazy<byte[]> _asNewEvent = new(() => ApiJson.Bytes(EventTranslation.ToNew(ApiJson.Parse(body))));

    /// <summary><c>namespace/name</c>, or the name alone: the order of lists.</summary>
    public string Key { get; } = key;

    public long Version { get; } = version;

    public byte[] Body { get; } = body;

    public JsonElement Value => _value.Value;

    public string Name => Value.TextAt("metadata.name");

    public string Uid => Value.TextAt("metadata.uid");

    /// <summary>A core event as the events.k8s.io group shows it.</summary>
    public byte[] AsNewEvent => _asNewEvent.Value;

    /// <summary>A copy to change.</summary>
    public JsonObject ToJson() => ApiJson.Parse(Body);

    public static string KeyOf(string? @namespace, string name) => string.IsNullOrEmpty(@namespace) ? name : $"{@namespace}/{name}";
}
