using System.Text.Json.Nodes;
using Brokkr.Contracts;
using Brokkr.Contracts.Manifests;

namespace Brokkr.Agent.Deployment;

/// <summary>Makes of a manifest the JSON that is applied. Pure.</summary>
internal static class ManifestJson
{
    /// <summary>What only the API server writes; dumps of a cluster hold it, and it would be refused or stand in the way.</summary>
    private static readonly string[] ServerFields =
        ["managedFields", "resourceVersion", "uid", "creationTimestamp", "generation", "selfLink", "deletionTimestamp"];

    /// <param name="manifest">The manifest.</param>
    /// <param name="owner">Whose it is; written on the object.</param>
    public static string Of(ManifestObject manifest, DeploymentOwner owner)
    {
        var json = (JsonObject)JsonNode.Parse(manifest.Json.Span, null, new() { MaxDepth = Limits.ManifestDepth })!;
        json.Remove("status");
        if (json["metadata"] is not JsonObject metadata)
            json["metadata"] = metadata = [];
        foreach (var field in ServerFields)
            metadata.Remove(field);
        MapIn(metadata, "labels")[Marks.StackLabel] = $"{owner.StackId}";
        MapIn(metadata, "annotations")[Marks.Owner] = owner.Mark;
        return json.ToJsonString();
    }

    private static JsonObject MapIn(JsonObject metadata, string name)
    {
        if (metadata[name] is not JsonObject map)
            metadata[name] = map = [];
        return map;
    }
}
