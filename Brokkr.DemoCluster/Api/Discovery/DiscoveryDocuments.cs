using System.Text.Json.Nodes;
using Brokkr.DemoCluster.Api.Kinds;

namespace Brokkr.DemoCluster.Api.Discovery;

/// <summary>Writes what a catalog serves as discovery documents, field for field as a real server does. Pure.</summary>
internal static class DiscoveryDocuments
{
    public static JsonObject Resources(KindCatalog catalog, string group, string version)
    {
        var document = new JsonObject { ["kind"] = "APIResourceList" };
        if (group.Length > 0)
            document["apiVersion"] = "v1";
        document["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}";
        document["resources"] = new JsonArray([.. catalog.Of(group, version).SelectMany(Entries)]);
        return document;
    }

    public static JsonObject Group(KindCatalog catalog, string group)
    {
        var document = new JsonObject { ["kind"] = "APIGroup", ["apiVersion"] = "v1" };
        foreach (var (name, value) in GroupFields(catalog, group).ToList())
            document[name] = value?.DeepClone();
        return document;
    }

    public static JsonObject Groups(KindCatalog catalog) => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. catalog.Groups.Select(group => GroupFields(catalog, group))]),
    };

    public static JsonObject CoreVersions(string serverAddress) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = serverAddress }),
    };

    public static JsonObject Aggregated(KindCatalog catalog, IEnumerable<string> groups) => new()
    {
        ["kind"] = "APIGroupDiscoveryList",
        ["apiVersion"] = "apidiscovery.k8s.io/v2",
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. groups.Select(group => new JsonObject
        {
            ["metadata"] = group.Length == 0 ? new JsonObject() : new JsonObject { ["name"] = group },
            ["versions"] = new JsonArray([.. catalog.Versions(group).Select(version => new JsonObject
            {
                ["version"] = version,
                ["resources"] = new JsonArray([.. catalog.Of(group, version).Select(AggregatedEntry)]),
                ["freshness"] = "Current",
            })]),
        })]),
    };

    private static JsonObject GroupFields(KindCatalog catalog, string group)
    {
        var versions = catalog.Versions(group).Select(v => new JsonObject { ["groupVersion"] = $"{group}/{v}", ["version"] = v }).ToList();
        return new() { ["name"] = group, ["versions"] = new JsonArray([.. versions]), ["preferredVersion"] = versions[0].DeepClone() };
    }

    private static IEnumerable<JsonObject> Entries(ResourceKind kind)
    {
        var main = Entry(kind.Plural, kind.Singular, kind, kind.Kind, kind.Verbs);
        AddWords(main, "shortNames", kind.ShortNames);
        AddWords(main, "categories", kind.Categories);
        if (kind.StorageVersionHash is { } hash)
            main["storageVersionHash"] = hash;
        yield return main;
        foreach (var part in kind.Subresources)
        {
            var entry = Entry($"{kind.Plural}/{part.Name}", "", kind, part.Kind, part.Verbs);
            if (part.Version.Length > 0 && part.Group != kind.Group)
            {
                entry.Insert(entry.IndexOf("kind"), "group", part.Group);
                entry.Insert(entry.IndexOf("kind"), "version", part.Version);
            }
            yield return entry;
        }
    }

    private static JsonObject Entry(string name, string singular, ResourceKind kind, string answers, IReadOnlyList<string> verbs) => new()
    {
        ["name"] = name,
        ["singularName"] = singular,
        ["namespaced"] = kind.Namespaced,
        ["kind"] = answers,
        ["verbs"] = Words(verbs),
    };

    private static JsonObject AggregatedEntry(ResourceKind kind)
    {
        var entry = new JsonObject
        {
            ["resource"] = kind.Plural,
            ["responseKind"] = kind.IsCustom ? ResponseKind(kind.Group, kind.Version, kind.Kind) : ResponseKind("", "", kind.Kind),
            ["scope"] = kind.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = kind.Singular,
            ["verbs"] = Words(kind.Verbs),
        };
        AddWords(entry, "shortNames", kind.ShortNames);
        AddWords(entry, "categories", kind.Categories);
        if (kind.Subresources.Count > 0)
        {
            entry["subresources"] = new JsonArray([.. kind.Subresources.Select(part => new JsonObject
            {
                ["subresource"] = part.Name,
                ["responseKind"] = ResponseKind(part.Group, part.Version, part.Kind),
                ["verbs"] = Words(part.Verbs),
            })]);
        }
        return entry;
    }

    private static JsonObject ResponseKind(string group, string version, string kind) =>
        new() { ["group"] = group, ["version"] = version, ["kind"] = kind };

    private static void AddWords(JsonObject entry, string name, IReadOnlyList<string> words)
    {
        if (words.Count > 0)
            entry[name] = Words(words);
    }

    private static JsonArray Words(IEnumerable<string> words) => new([.. words.Select(word => (JsonNode)word)]);
}
