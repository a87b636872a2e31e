using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Brokkr.Broker.Ui.Stacks;

/// <summary>
/// Takes the values of Secrets out of manifests before a page shows them; what changed among them is not told either. Pure.
/// </summary>
internal static class SecretMask
{
    /// <summary>What stands where a value stood.</summary>
    public const string Mask = "•••";

    /// <summary>The text with every value of every Secret masked; nothing at all of a text that cannot be read.</summary>
    public static string Of(string yaml)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (Exception e) when (e is YamlException or InvalidOperationException)
        {
            return "";
        }

        var values = stream.Documents.SelectMany(d => Objects(d.RootNode)).SelectMany(Values).DistinctBy(v => v.Start.Index)
            .OrderBy(v => v.Start.Index);
        var masked = new StringBuilder();
        var from = 0L;
        foreach (var value in values.Where(v => v.Start.Index >= from))
        {
            masked.Append(yaml, (int)from, (int)(value.Start.Index - from)).Append(Mask);
            from = value.End.Index;
            // A block ends behind its last line end, which is to stay.
            if (from > 0 && from <= yaml.Length && yaml[(int)from - 1] == '\n')
                masked.Append('\n');
        }

        return masked.Append(yaml, (int)from, yaml.Length - (int)from).ToString();
    }

    /// <summary>The objects of a document; those of a List by themselves.</summary>
    private static IEnumerable<YamlMappingNode> Objects(YamlNode node) => node switch
    {
        YamlMappingNode map when Child(map, "items") is YamlSequenceNode items => items.Children.SelectMany(Objects).Append(map),
        YamlMappingNode map => [map],
        _ => [],
    };

    private static IEnumerable<YamlScalarNode> Values(YamlMappingNode map)
    {
        if (Child(map, "kind") is not YamlScalarNode { Value: "Secret" })
            return [];
        // What kubectl remembers of a Secret holds its values once more.
        var remembered = Child(map, "metadata") is YamlMappingNode metadata ? Child(metadata, "annotations") : null;
        return new[] { Child(map, "data"), Child(map, "stringData"), remembered }.OfType<YamlNode>().SelectMany(Scalars);
    }

    private static IEnumerable<YamlScalarNode> Scalars(YamlNode node) => node switch
    {
        YamlScalarNode scalar => [scalar],
        YamlMappingNode map => map.Children.Values.SelectMany(Scalars),
        YamlSequenceNode list => list.Children.SelectMany(Scalars),
        _ => [],
    };

    private static YamlNode? Child(YamlMappingNode map, string key) =>
        map.Children.FirstOrDefault(c => c.Key is YamlScalarNode scalar && scalar.Value == key).Value;
}
