using System.Text.Json;
using Brokkr.DemoCluster.Api.Json;
using Brokkr.DemoCluster.Api.Kinds;

namespace Brokkr.DemoCluster.Api.Recordings;

/// <summary>
/// Finds out which kind a recorded object is of: by what it says, by its list, by the file's name. Kinds nobody thought of join the
/// catalog.
/// </summary>
internal sealed class RecordedKinds(KindCatalog catalog)
{
    /// <summary>The kind that a file as a whole is about; null when only its items know.</summary>
    public ResourceKind? OfList(string file, JsonElement list)
    {
        var (apiVersion, kind) = (list.TextAt("apiVersion"), list.TextAt("kind"));
        if (kind.Length > 4 && kind.EndsWith("List", StringComparison.Ordinal) && apiVersion.Length > 0)
            return Find(file, apiVersion, kind[..^4], [.. list.ItemsAt("items")]);
        return kind is "" ? OfFile(file, [.. list.ItemsAt("items")]) : null;
    }

    /// <summary>The kind of one object; null when nothing tells it.</summary>
    public ResourceKind? OfItem(string file, JsonElement item, ResourceKind? listKind)
    {
        var (apiVersion, kind) = (item.TextAt("apiVersion"), item.TextAt("kind"));
        return apiVersion.Length > 0 && kind.Length > 0 ? Find(file, apiVersion, kind, [item]) : listKind;
    }

    /// <summary>A definition among the objects says best what its kind is called.</summary>
    public void Define(JsonElement definition)
    {
        foreach (var kind in DefinitionReader.Read(definition))
            catalog.Add(kind);
    }

    private ResourceKind Find(string file, string apiVersion, string kind, JsonElement[] items)
    {
        if (catalog.FindKind(apiVersion, kind) is { } known)
            return known;
        var (group, version) = DiscoveryReader.GroupVersion(apiVersion);
        var name = Path.GetFileNameWithoutExtension(file).Split('.')[0];
        var plural = SpeaksOf(name, kind) ? name : Plural(kind);
        return catalog.Add(new(group, version, plural, kind, IsNamespaced(items)));
    }

    /// <summary>
    /// <c>widgets.json</c>, <c>widgets.example.com.json</c>, <c>widgets.v1.example.com.json</c>, <c>events.core.json</c>.
    /// </summary>
    private ResourceKind? OfFile(string file, JsonElement[] items)
    {
        var parts = Path.GetFileNameWithoutExtension(file).Split('.');
        var version = parts.Skip(1).FirstOrDefault(part => part is ['v', >= '0' and <= '9', ..]);
        var group = string.Join('.', parts.Skip(1).Where(part => part != version));
        if (parts[0] == "events" && Array.Exists(items, item => item.At("regarding") is not null))
            group = "events.k8s.io";
        var known = catalog.FindPlural(parts[0], group is "core" ? "" : group is "" ? null : group);
        if (known is not null || !group.Contains('.', StringComparison.Ordinal))
            return known;
        var kind = string.Concat(parts[0][..1].ToUpperInvariant(), parts[0].TrimEnd('s').AsSpan(1));
        return catalog.Add(new(group, version ?? "v1", parts[0], kind, IsNamespaced(items)));
    }

    private static bool IsNamespaced(JsonElement[] items) =>
        items.Length == 0 || Array.Exists(items, item => item.TextAt("metadata.namespace").Length > 0);

    private static bool SpeaksOf(string fileName, string kind) =>
        kind.Length > 2 && fileName.StartsWith(kind[..^1], StringComparison.OrdinalIgnoreCase) && fileName.All(char.IsAsciiLetterLower);

    private static string Plural(string kind) => kind.ToLowerInvariant() switch
    {
        [.. var stem, 'y'] when stem is not [.., 'a' or 'e' or 'o' or 'u'] => $"{stem}ies",
        [.., 's' or 'x' or 'z'] or [.., 'c' or 's', 'h'] => $"{kind.ToLowerInvariant()}es",
        var plain => $"{plain}s",
    };
}
