using System.Globalization;
using System.Text.Json.Nodes;
using Brokkr.DemoCluster.Api.Control;
using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Json;
using Brokkr.DemoCluster.Api.Kinds;
using Brokkr.DemoCluster.Api.Objects;

namespace Brokkr.DemoCluster.Api.Verbs;

/// <summary>
/// Serves the kinds that definitions bring, some time after they were written, and what follows from the end of definitions and namespaces.
/// </summary>
internal sealed class DefinedKinds(ObjectStore store, KindCatalog catalog, DemoClusterOptions options)
{
    public void Note(ResourceKind kind, StoredObject written)
    {
        if (IsDefinition(kind) && written.Value.At("status.conditions") is null)
            _ = EstablishAsync(kind, written);
        else if (IsDefinition(kind))
        {
            var (group, plural) = (written.Value.TextAt("spec.group"), written.Value.TextAt("spec.names.plural"));
            catalog.Replace(group, plural, DefinitionReader.Read(written.Value));
        }
    }

    public void NoteEnd(ResourceKind kind, StoredObject gone)
    {
        if (kind is { Group: "", Plural: "namespaces" })
        {
            store.DeleteWhere((k, o) => k.Namespaced && o.Value.TextAt("metadata.namespace") == gone.Name, catalog.Kinds);
        }
        else if (IsDefinition(kind))
        {
            var (group, plural) = (gone.Value.TextAt("spec.group"), gone.Value.TextAt("spec.names.plural"));
            store.DeleteWhere((k, _) => k.Group == group && k.Plural == plural, catalog.Kinds);
            catalog.Remove(group, plural);
        }
    }

    private static bool IsDefinition(ResourceKind kind) => kind is { Group: "apiextensions.k8s.io", Plural: "customresourcedefinitions" };

    private async Task EstablishAsync(ResourceKind kind, StoredObject definition)
    {
        await Task.Delay(options.EstablishDelay, options.Clock, CancellationToken.None);
        foreach (var brought in DefinitionReader.Read(definition.Value))
            catalog.Add(brought);
        var now = options.Clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        store.Write(kind, definition.Key, current =>
        {
            if (current is null)
                return Edit.Refuse(KubeStatus.NotFound(kind, definition.Name));
            var next = current.ToJson();
            next["status"] = new JsonObject
            {
                ["conditions"] =
                new JsonArray(Condition("NamesAccepted", "NoConflicts"), Condition("Established", "InitialNamesAccepted"))
            };
            return new(next);
        });

        JsonObject Condition(string type, string reason) =>
            new() { ["type"] = type, ["status"] = "True", ["lastTransitionTime"] = now, ["reason"] = reason, ["message"] = "" };
    }
}
