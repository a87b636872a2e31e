using System.Text;
using Brokkr.Contracts.Manifests;
using YamlDotNet.RepresentationModel;

namespace Brokkr.Broker.Fleet;

/// <summary>
/// Shows manifests without the values of their Secrets. Lines stay lines, so that what is told of a line holds for what is shown. Pure.
/// </summary>
internal static class SecretMask
{
    private const string Mask = "***";

    /// <summary>What tools write into an object is the object itself, values and all.</summary>
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    private static readonly string[] Values = ["data", "stringData"];

    /// <summary>The lines of manifests with every value of a Secret masked; of what cannot be read each line is.</summary>
    public static string[] LinesOf(string yaml)
    {
        // As the reader sees it: places are counted behind the mark.
        yaml = yaml.TrimStart('\uFEFF');
        var masked = yaml.ToCharArray();
        try
        {
            foreach (var secret in ManifestReader.ReadNodes(yaml).Where(o => o.Kind == "Secret"))
                Hide(masked, secret.Root);
        }
        catch (ManifestException)
        {
            Hide(masked, 0, masked.Length);
        }

        return [.. new string(masked).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n').Select(Shown)];
    }

    private static void Hide(char[] text, YamlMappingNode secret)
    {
        foreach (var (key, value) in secret.Children)
        {
            if (Values.Contains((key as YamlScalarNode)?.Value))
                HideAll(text, value);
            else if (key is YamlScalarNode { Value: "metadata" } && value is YamlMappingNode metadata)
                HideAnnotation(text, metadata);
            else if (key is YamlScalarNode { Value: "<<" } && value is YamlMappingNode merged)
                Hide(text, merged);
        }
    }

    private static void HideAnnotation(char[] text, YamlMappingNode metadata)
    {
        if (metadata.Children.TryGetValue(new YamlScalarNode("annotations"), out var node) && node is YamlMappingNode annotations
            && annotations.Children.TryGetValue(new YamlScalarNode(LastApplied), out var applied))
            HideAll(text, applied);
    }

    private static void HideAll(char[] text, YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode map:
                foreach (var value in map.Children.Values)
                    HideAll(text, value);
                break;
            case YamlSequenceNode list:
                foreach (var value in list.Children)
                    HideAll(text, value);
                break;
            default:
                Hide(text, (int)node.Start.Index, (int)node.End.Index);
                break;
        }
    }

    /// <summary>The mark stands for no character of YAML, and for one of the text only until the lines are shown.</summary>
    private static void Hide(char[] text, int from, int to)
    {
        for (var i = from; i < Math.Min(to, text.Length); i++)
        {
            if (!char.IsWhiteSpace(text[i]) || (text[i] is ' ' or '\t' && i > from && text[i - 1] == '\0'))
                text[i] = '\0';
        }
    }

    /// <summary>However long what is masked was: its length says something too.</summary>
    private static string Shown(string line)
    {
        if (!line.Contains('\0', StringComparison.Ordinal))
            return line;
        var shown = new StringBuilder(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] != '\0')
                shown.Append(line[i]);
            else if (i == 0 || line[i - 1] != '\0')
                shown.Append(Mask);
        }

        return shown.ToString();
    }
}
