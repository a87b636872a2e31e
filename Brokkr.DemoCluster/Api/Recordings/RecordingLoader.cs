using System.Text.Json;
using Brokkr.DemoCluster.Api.Json;
using Brokkr.DemoCluster.Api.Kinds;
using Brokkr.DemoCluster.Api.Objects;

namespace Brokkr.DemoCluster.Api.Recordings;

/// <summary>Fills the catalog and the store from a recording, with its times moved to the present.</summary>
internal static class RecordingLoader
{
    public static KindCatalog ReadCatalog(Recording recording)
    {
        var catalog = new KindCatalog();
        foreach (var kind in recording.Discovery()
            .SelectMany(exchange => exchange.Json() is { } document ? DiscoveryReader.Read(document) : []))
            catalog.Add(kind);
        return catalog;
    }

    public static void Load(Recording recording, KindCatalog catalog, ObjectStore store, TimeSpan age, DateTimeOffset start)
    {
        var files = recording.ObjectFiles.Select(file => (Name: Path.GetFileName(file), Root: ReadFile(file))).ToList();
        var shift = RecordedTime.ShiftTo(start - age, files.Select(file => RecordedTime.Newest(file.Root)).Max());
        var kinds = new RecordedKinds(catalog);
        foreach (var item in files.SelectMany(file => Items(file.Root)).Where(item => item.TextAt("spec.names.plural").Length > 0))
            kinds.Define(item);
        foreach (var (name, root) in files)
            LoadFile(name, root, kinds, store, shift);
        store.Seal();
    }

    private static void LoadFile(string name, JsonElement root, RecordedKinds kinds, ObjectStore store, TimeSpan shift)
    {
        var listKind = IsList(root) ? kinds.OfList(name, root) : null;
        store.Witness(root.TextAt("metadata.resourceVersion"));
        var number = 0;
        foreach (var item in Items(root))
        {
            number++;
            if (item.TextAt("metadata.name").Length == 0)
                throw new RecordingException($"Object {number} in objects/{name} has no metadata.name: record it again, or remove it.");
            var kind = kinds.OfItem(name, item, listKind)
                ?? throw new RecordingException($"Object {number} in objects/{name} does not say its kind: give the list or the object "
                + "apiVersion and kind, or name the file PLURAL.GROUP.json.");
            var body = ApiJson.Bytes(writer => RecordedTime.WriteShifted(item, shift, writer, "apiVersion", "kind"));
            store.Restore(kind, body);
        }
    }

    private static bool IsList(JsonElement root) =>
        root.At("items") is not null || root.TextAt("kind").EndsWith("List", StringComparison.Ordinal);

    private static IEnumerable<JsonElement> Items(JsonElement root) => IsList(root) ? root.ItemsAt("items") : [root];

    private static JsonElement ReadFile(string file)
    {
        try
        {
            var root = JsonElement.Parse(File.ReadAllBytes(file), ApiJson.Reading);
            return root.ValueKind == JsonValueKind.Object
                ? root
                : throw new RecordingException(
                $"objects/{Path.GetFileName(file)} holds no list of objects: record it with 'kubectl get KIND -A -o json'.");
        }
        catch (JsonException e)
        {
            throw new RecordingException($"objects/{Path.GetFileName(file)} is no JSON (line {e.LineNumber + 1}): record it again with "
                + "'kubectl get KIND -A -o json'.");
        }
    }
}
