using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Kinds;
using Brokkr.DemoCluster.Api.Objects;

namespace Brokkr.DemoCluster.Api.Verbs;

/// <summary>What a server makes of what a client sends: which fields are its own, when the generation grows. Pure.</summary>
internal static class ObjectEdits
{
    private static readonly string[] ServerFields = ["name", "namespace", "uid", "creationTimestamp", "generation"];

    /// <summary>A sent object, as far as it may be stored under a path; its metadata then names it.</summary>
    public static KubeStatus? Check(JsonNode? sent, ResourceKind kind, ApiPath path)
    {
        if (sent is not JsonObject json)
            return KubeStatus.BadRequest("the request body is not a JSON object");
        if (Text(json["kind"]) is { } named && named != kind.Kind || Text(json["apiVersion"]) is { } version && version != kind.ApiVersion)
            return KubeStatus.BadRequest($"the object provided is not of kind {kind.Kind} in version {kind.ApiVersion}");
        if (json["metadata"] is not JsonObject metadata)
            return KubeStatus.Invalid(kind.Kind, path.Name ?? "", "metadata.name", "Required value: name or generateName is required");
        // Of what has no namespace a server takes the one that is sent away.
        if (!kind.Namespaced)
            metadata.Remove("namespace");
        if (Text(metadata["namespace"]) is { } space && space != path.Namespace)
            return KubeStatus.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        if (path.Name is not null && Text(metadata["name"]) is { } name && name != path.Name)
            return KubeStatus.BadRequest($"the name of the object ({name}) does not match the name on the URL ({path.Name})");
        return null;
    }

    /// <summary>A checked object as it is stored first.</summary>
    public static JsonObject Create(JsonObject sent, ResourceKind kind, ApiPath path, string name, Guid uid, DateTimeOffset now)
    {
        var created = WithoutKind(sent);
        var metadata = created["metadata"]!.AsObject();
        metadata["name"] = name;
        if (path.Namespace is not null)
            metadata["namespace"] = path.Namespace;
        metadata["uid"] = $"{uid}";
        metadata["creationTimestamp"] = now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        if (kind.HasGeneration && created.ContainsKey("spec"))
            metadata["generation"] = 1;
        return created;
    }

    /// <summary>The next form of an object after an edit: the server's fields stay, a new spec is a new generation.</summary>
    public static Edit Update(JsonObject current, JsonObject edited, ResourceKind kind, ApiPath path)
    {
        var next = WithoutKind(edited);
        if (next["metadata"] is not JsonObject metadata)
            next["metadata"] = metadata = [];
        var known = current["metadata"]!.AsObject();
        if (Text(metadata["resourceVersion"]) is { Length: > 0 } version && version != Text(known["resourceVersion"]))
            return Edit.Refuse(KubeStatus.Conflict(kind, path.Name!));
        if (path.Subresource == "status")
            next = WithStatusOf(current, next);
        metadata = next["metadata"]!.AsObject();
        foreach (var field in ServerFields.Append("resourceVersion"))
            Keep(known, metadata, field);
        if (kind.HasGeneration && !JsonNode.DeepEquals(current["spec"], next["spec"]))
            metadata["generation"] = (known["generation"]?.GetValue<long>() ?? 0) + 1;
        return new(next);
    }

    private static JsonObject WithStatusOf(JsonObject current, JsonObject edited)
    {
        var next = current.DeepClone().AsObject();
        if (edited["status"] is { } status)
            next["status"] = status.DeepClone();
        else
            next.Remove("status");
        return next;
    }

    private static void Keep(JsonObject known, JsonObject metadata, string field)
    {
        if (known[field] is { } value)
            metadata[field] = value.DeepClone();
        else
            metadata.Remove(field);
    }

    private static JsonObject WithoutKind(JsonObject sent)
    {
        var copy = sent.DeepClone().AsObject();
        copy.Remove("apiVersion");
        copy.Remove("kind");
        return copy;
    }

    public static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
