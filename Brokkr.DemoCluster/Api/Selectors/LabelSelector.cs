using System.Text.Json;
using System.Text.RegularExpressions;
using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Json;

namespace Brokkr.DemoCluster.Api.Selectors;

/// <summary>Which labels an object must carry. Pure.</summary>
internal sealed partial class LabelSelector
{
    private readonly List<Requirement> _requirements = [];

    public bool IsEmpty => _requirements.Count == 0;

    /// <summary>Reads <c>a=b, c!=d, e in (f,g), h notin (i), j, !k</c>; answers a refusal for anything else.</summary>
    public static (LabelSelector? Selector, KubeStatus? Refusal) Parse(string? text)
    {
        var selector = new LabelSelector();
        foreach (var part in CommasOutsideParentheses().Split(text ?? "").Select(part => part.Trim()).Where(part => part.Length > 0))
        {
            if (Read(part) is not { } requirement)
                return (null,
                    KubeStatus.BadRequest(
                    $"unable to parse requirement: found '{part}', expected: a label key with '=', '!=', 'in', 'notin' or none"));
            selector._requirements.Add(requirement);
        }
        return (selector, null);
    }

    public bool Matches(JsonElement value)
    {
        var labels = value.At("metadata.labels");
        return _requirements.TrueForAll(r => r
            .Accepts(labels is { ValueKind: JsonValueKind.Object } l && l.TryGetProperty(r.Key, out var label) ? label.ToString() : null));
    }

    private static Requirement? Read(string part)
    {
        var match = Shape().Match(part);
        if (!match.Success)
            return null;
        var key = match.Groups["key"].Value;
        if (match.Groups["not"].Success)
            return new(key, null, Wanted: false);
        if (match.Groups["set"].Success)
            return new(key, [.. match.Groups["values"].Value.Split(',', StringSplitOptions.TrimEntries)],
                match.Groups["set"].Value == "in");
        return match.Groups["operator"].Success
            ? new(key, [match.Groups["value"].Value], match.Groups["operator"].Value != "!=")
            : new(key, null, Wanted: true);
    }

    /// <summary>Without values the key itself is meant. An absent label passes what is not wanted.</summary>
    private sealed record Requirement(string Key, string[]? Values, bool Wanted)
    {
        public bool Accepts(string? label) => (label is not null && (Values is null || Values.Contains(label))) == Wanted;
    }

    [GeneratedRegex(@",(?![^(]*\))")]
    private static partial Regex CommasOutsideParentheses();

    [GeneratedRegex(
        @"^((?<not>!)\s*)?(?<key>([a-z0-9][a-z0-9.-]*/)?[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?)"
        + @"(?(not)|(\s*(?<operator>==|=|!=)\s*(?<value>[A-Za-z0-9_.-]*)|\s+(?<set>in|notin)\s*\((?<values>[A-Za-z0-9_., -]*)\))?)\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();
}
