using System.Text.Json;
using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Kinds;

namespace Brokkr.DemoCluster.Api.Selectors;

/// <summary>Which values an object's fields must have. Pure.</summary>
internal sealed class FieldSelector
{
    private readonly List<(string Path, string Value, bool Equal)> _terms = [];

    public bool IsEmpty => _terms.Count == 0;

    /// <summary>Reads <c>a=b,c!=d</c>; answers a refusal for anything else, and for fields that the kind cannot be selected by.</summary>
    public static (FieldSelector? Selector, KubeStatus? Refusal) Parse(string? text, ResourceKind kind)
    {
        var selector = new FieldSelector();
        foreach (var term in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var sign = term.IndexOf('=', StringComparison.Ordinal);
            if (sign < 1)
                return (null, KubeStatus.BadRequest($"invalid selector: '{text}'; can't understand '{term}'"));
            var equal = term[sign - 1] != '!';
            var (path, refusal) = FieldLabels.Resolve(kind, term[..(equal ? sign : sign - 1)]);
            if (path is null)
                return (null, refusal);
            var value = term[(sign + 1)..];
            selector._terms.Add((path, equal && value.StartsWith('=') ? value[1..] : value, equal));
        }
        return (selector, null);
    }

    public bool Matches(JsonElement stored) =>
        _terms.TrueForAll(term => (FieldLabels.Value(stored, term.Path) == term.Value) == term.Equal);
}
