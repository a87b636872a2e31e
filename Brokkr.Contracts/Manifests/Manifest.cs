using Brokkr.Contracts.Text;
using YamlDotNet.RepresentationModel;

namespace Brokkr.Contracts.Manifests;

/// <summary>One Kubernetes object of a bundle of manifests.</summary>
/// <param name="ApiVersion">As in <c>apps/v1</c>.</param>
/// <param name="Kind">As in <c>Deployment</c>.</param>
/// <param name="Namespace">As written; null where the manifest names none.</param>
/// <param name="Name">Its name.</param>
/// <param name="Root">The whole document.</param>
public sealed record ManifestObject(string ApiVersion, string Kind, string? Namespace, string Name, YamlMappingNode Root)
{
    /// <summary>The scalar at a path of keys, as in <c>Scalar("spec", "suspend")</c>; null where there is none.</summary>
    public string? Scalar(params ReadOnlySpan<string> path)
    {
        YamlNode node = Root;
        foreach (var key in path)
        {
            if (node is not YamlMappingNode map || !map.Children.TryGetValue(new YamlScalarNode(key), out var next))
                return null;
            node = next;
        }

        return (node as YamlScalarNode)?.Value;
    }
}

/// <summary>
/// Why a bundle of manifests cannot be read, and where; line and column count from 1. The message may name what stands there: it is cleaned
/// and short.
/// </summary>
public sealed class ManifestException(string message, long line, long column) : Exception(Echo.Of(message))
{
    public long Line => line;

    public long Column => column;
}
