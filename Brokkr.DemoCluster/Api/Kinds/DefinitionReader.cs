using System.Text.Json;
using Brokkr.DemoCluster.Api.Json;

namespace Brokkr.DemoCluster.Api.Kinds;

/// <summary>Reads kinds from custom resource definitions. Pure.</summary>
internal static class DefinitionReader
{
    /// <summary>The kind in each of its served versions.</summary>
    public static IEnumerable<ResourceKind> Read(JsonElement definition) =>
        from version in definition.ItemsAt("spec.versions")
        where version.TextAt("served") != "false"
        select new ResourceKind(
            definition.TextAt("spec.group"),
            version.TextAt("name"),
            definition.TextAt("spec.names.plural"),
            definition.TextAt("spec.names.kind"),
            definition.TextAt("spec.scope") != "Cluster");
}
