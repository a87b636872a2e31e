using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Brokkr.Contracts.Manifests;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Brokkr.Agent.Deployment;

/// <summary>Turns a manifest into the JSON that is applied. Pure.</summary>
internal static partial class ManifestJson
{
    /// <summary>What only the API server writes; dumps of a cluster hold it, and it would be refused or stand in the way.</summary>
    private static readonly string[] ServerFields =
        ["managedFields", "resourceVersion", "uid", "creationTimestamp", "generation", "selfLink", "deletionTimestamp"];

    /// <param name="manifest">The manifest.</param>
    /// <param name="owner">Whose it is; written on the object.</param>
    public static string Of(ManifestObject manifest, DeploymentOwner owner)
    {
        var json = (JsonObject)Convert(manifest.Root)!;
        json.Remove("status");
        if (json["metadata"] is not JsonObject metadata)
            json["metadata"] = metadata = [];
        foreach (var field in ServerFields)
            metadata.Remove(field);
        MapIn(metadata, "labels")[Marks.StackLabel] = $"{owner.StackId}";
        MapIn(metadata, "annotations")[Marks.Owner] = owner.Mark;
        return json.ToJsonString();
    }

    private static JsonObject MapIn(JsonObject metadata, string name)
    {
        if (metadata[name] is not JsonObject map)
            metadata[name] = map = [];
        return map;
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map =>
            new JsonObject(map.Children.Select(c => KeyValuePair.Create((c.Key as YamlScalarNode)?.Value ?? "", Convert(c.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
        YamlScalarNode scalar => Convert(scalar),
        _ => null,
    };

    /// <summary>What a plain scalar means to kubectl, which reads YAML 1.1: file modes such as 0644 are octal.</summary>
    private static JsonNode? Convert(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any)
            || (!scalar.Tag.IsEmpty && scalar.Tag.Value == "tag:yaml.org,2002:str"))
            return text;
        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" => true,
            "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" => false,
            _ when Octal().Match(text) is { Success: true } octal && octal.Groups[1].Length <= 20 =>
            System.Convert.ToInt64(octal.Groups[1].Value, 8),
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            _ when Real().IsMatch(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real)
            && double.IsFinite(real) => real,
            _ => text,
        };
    }

    [GeneratedRegex("^0o?([0-7]+)$")]
    private static partial Regex Octal();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")]
    private static partial Regex Real();
}
