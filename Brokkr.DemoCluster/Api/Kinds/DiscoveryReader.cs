using System.Text.Json;
using Brokkr.DemoCluster.Api.Json;

namespace Brokkr.DemoCluster.Api.Kinds;

/// <summary>Reads kinds from the discovery documents of a server. Pure.</summary>
internal static class DiscoveryReader
{
    /// <summary>The kinds in a document; none when it is not about discovery.</summary>
    public static IEnumerable<ResourceKind> Read(JsonElement document) => document.TextAt("kind") switch
    {
        "APIGroupDiscoveryList" =>
            from item in document.ItemsAt("items")
            from version in item.ItemsAt("versions")
            from resource in version.ItemsAt("resources")
            select Aggregated(item.TextAt("metadata.name"), version.TextAt("version"), resource),
        "APIResourceList" => Resources(document),
        _ => [],
    };

    private static ResourceKind Aggregated(string group, string version, JsonElement resource) =>
        new(group, version, resource.TextAt("resource"), resource.TextAt("responseKind.kind"), resource.TextAt("scope") == "Namespaced")
        {
            Singular = resource.TextAt("singularResource"),
            Verbs = Texts(resource, "verbs"),
            ShortNames = Texts(resource, "shortNames"),
            Categories = Texts(resource, "categories"),
            Subresources = [.. resource.ItemsAt("subresources").Select(s => new Subresource(
                s.TextAt("subresource"),
                s.TextAt("responseKind.group"),
                s.TextAt("responseKind.version"),
                s.TextAt("responseKind.kind"),
                Texts(s, "verbs")))],
        };

    private static IEnumerable<ResourceKind> Resources(JsonElement document)
    {
        var (group, version) = GroupVersion(document.TextAt("groupVersion"));
        var entries = document.ItemsAt("resources").ToLookup(entry => entry.TextAt("name").Split('/')[0]);
        foreach (var entry in entries)
        {
            var main = entry.FirstOrDefault(e => e.TextAt("name") == entry.Key);
            if (main.ValueKind != JsonValueKind.Object)
                continue;
            yield return new(group, version, entry.Key, main.TextAt("kind"), main.TextAt("namespaced") == "true")
            {
                Singular = main.TextAt("singularName"),
                Verbs = Texts(main, "verbs"),
                ShortNames = Texts(main, "shortNames"),
                Categories = Texts(main, "categories"),
                StorageVersionHash = main.TextAt("storageVersionHash") is { Length: > 0 } hash ? hash : null,
                Subresources = [.. entry.Where(e => e.TextAt("name") != entry.Key).Select(e => new Subresource(
                    e.TextAt("name")[(entry.Key.Length + 1)..], e.TextAt("group"), e.TextAt("version"), e.TextAt("kind"),
                    Texts(e, "verbs")))],
            };
        }
    }

    public static (string Group, string Version) GroupVersion(string apiVersion) =>
        apiVersion.Split('/', 2) is [var group, var version] ? (group, version) : ("", apiVersion);

    private static List<string> Texts(JsonElement element, string name) => [.. element.ItemsAt(name).Select(t => t.GetString()!)];
}
