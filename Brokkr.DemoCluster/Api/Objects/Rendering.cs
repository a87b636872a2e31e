using System.Text;
using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Kinds;

namespace Brokkr.DemoCluster.Api.Objects;

/// <summary>The bytes of objects as clients asked for them; the stored ones are spliced, not written again. Pure.</summary>
internal static class Rendering
{
    /// <summary>An object by itself: apiVersion and kind first.</summary>
    public static byte[] Single(StoredObject stored, ResourceKind kind, Rendition rendition) => rendition == Rendition.MetadataOnly
        ? MetadataOnly(stored)
        : [.. Encoding.UTF8.GetBytes($$"""{"kind":"{{kind.Kind}}","apiVersion":"{{kind.ApiVersion}}","""),
        .. Plain(stored, kind).AsSpan(1)];

    /// <summary>An object in a list: the list says the kind, except for custom resources.</summary>
    public static byte[] Item(StoredObject stored, ResourceKind kind, Rendition rendition) =>
        kind.IsCustom || rendition == Rendition.MetadataOnly ? Single(stored, kind, rendition) : Plain(stored, kind);

    public static byte[] ListHead(ResourceKind kind, Rendition rendition, string metadata)
    {
        var (name, apiVersion) = rendition == Rendition.MetadataOnly
            ? ("PartialObjectMetadataList", "meta.k8s.io/v1")
            : ($"{kind.Kind}List", kind.ApiVersion);
        return Encoding.UTF8.GetBytes($$"""{"kind":"{{name}}","apiVersion":"{{apiVersion}}","metadata":{{metadata}},"items":[""");
    }

    private static byte[] Plain(StoredObject stored, ResourceKind kind) => kind.IsNewEvent ? stored.AsNewEvent : stored.Body;

    private static byte[] MetadataOnly(StoredObject stored) => Encoding.UTF8.GetBytes(
        $$"""
        {"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{{stored.Value.GetProperty("metadata").GetRawText()}}}
        """);
}
