using System.Text;
using System.Text.Json;
using Brokkr.Contracts.Text;
using YamlDotNet.RepresentationModel;

namespace Brokkr.Contracts.Manifests;

/// <summary>One Kubernetes object of a bundle of manifests.</summary>
/// <param name="ApiVersion">As in <c>apps/v1</c>.</param>
/// <param name="Kind">As in <c>Deployment</c>.</param>
/// <param name="Namespace">As written; null where the manifest names none.</param>
/// <param name="Name">Its name.</param>
/// <param name="Json">The whole object as UTF-8 JSON; nests up to <see cref="Limits.ManifestDepth"/> levels.</param>
public sealed record ManifestObject(string ApiVersion, string Kind, string? Namespace, string Name, ReadOnlyMemory<byte> Json)
{
    /// <summary>The scalar at a path of keys, as in <c>Scalar("spec", "suspend")</c>; null where there is none.</summary>
    public string? Scalar(params ReadOnlySpan<string> path)
    {
        var reader = new Utf8JsonReader(Json.Span, new() { MaxDepth = Limits.ManifestDepth });
        reader.Read();
        foreach (var key in path)
        {
            if (!Enter(ref reader, key))
                return null;
        }

        return reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False => Encoding.UTF8.GetString(reader.ValueSpan),
            _ => null,
        };
    }

    private static bool Enter(ref Utf8JsonReader reader, string key)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(key);
            reader.Read();
            if (isIt)
                return true;
            reader.Skip();
        }

        return false;
    }
}

/// <summary>One Kubernetes object of a bundle of manifests as it stands in the text.</summary>
/// <param name="ApiVersion">As in <c>apps/v1</c>.</param>
/// <param name="Kind">As in <c>Deployment</c>.</param>
/// <param name="Namespace">As written; null where the manifest names none.</param>
/// <param name="Name">Its name.</param>
/// <param name="Root">The whole document.</param>
public sealed record ManifestNodes(string ApiVersion, string Kind, string? Namespace, string Name, YamlMappingNode Root);

/// <summary>
/// Why a bundle of manifests cannot be read, and where; line and column count from 1. The message may name what stands there: it is cleaned
/// and short.
/// </summary>
public sealed class ManifestException(string message, long line, long column) : Exception(Echo.Of(message))
{
    public long Line => line;

    public long Column => column;
}
