using System.Buffers;
using System.Text.Json;
using Brokkr.Contracts;

namespace Brokkr.Agent.Cluster.Objects;

/// <summary>
/// Which fields of an object are kept: a tree of the paths that <see cref="JsonPaths"/> walks. Of a list or a map at the end of a path only
/// its scalars are kept, so that it can be counted; <c>?</c> at the end keeps one name of a map of which nothing else is, so that it can be
/// told from an empty one. What is not kept is passed with <c>TrySkip</c>: <c>Skip</c> refuses while the rest of the document still streams
/// in.
/// </summary>
internal sealed class FieldSelection
{
    /// <summary>More items say nothing new, and no object may make the agent large.</summary>
    private const int MostItems = 100;

    private readonly Dictionary<string, FieldSelection> _named = new(StringComparer.Ordinal);
    private readonly List<KeyValuePair<string, FieldSelection>> _patterns = [];
    private FieldSelection? _every;

    /// <summary>Whether a path ends here.</summary>
    private bool _isEnd;

    private bool _keepsOneName;

    public static FieldSelection Of(IEnumerable<string> paths)
    {
        var root = new FieldSelection();
        foreach (var path in paths)
            root.Add(JsonPaths.Parts(path));
        root.SpreadEvery();
        return root;
    }

    /// <summary>What is kept of the field of this name; null where nothing is.</summary>
    public FieldSelection? Of(string name)
    {
        if (_named.GetValueOrDefault(name) is { } named)
            return named;
        foreach (var (pattern, selection) in _patterns)
        {
            if (JsonPaths.Fits(pattern, name))
                return selection;
        }

        return _every;
    }

    /// <summary>Copies what is kept of the value that the reader stands at, and leaves the reader at its end.</summary>
    public void Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                CopyMap(ref reader, writer);
                break;
            case JsonTokenType.StartArray:
                CopyList(ref reader, writer);
                break;
            case JsonTokenType.String:
                writer.WriteStringValue(Bounded(reader.GetString()!));
                break;
            default:
                writer.WriteRawValue(reader.HasValueSequence
                    ? reader.ValueSequence.ToArray()
                    : reader.ValueSpan, skipInputValidation: true);
                break;
        }
    }

    private void CopyMap(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        var (left, other) = (MostItems, default(string));
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (Of(name) is { } child && left-- > 0)
            {
                writer.WritePropertyName(name);
                child.Copy(ref reader, writer);
            }
            else
            {
                reader.TrySkip();
                other ??= name;
            }
        }

        if (_keepsOneName && left == MostItems && other is not null)
            writer.WriteBoolean(other, true);
        writer.WriteEndObject();
    }

    private void CopyList(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        var left = MostItems;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if ((_every ?? (_isEnd ? this : null)) is { } item && left-- > 0)
                item.Copy(ref reader, writer);
            else
                reader.TrySkip();
        }

        writer.WriteEndArray();
    }

    private static string Bounded(string text) => text.Length <= Limits.MessageLength ? text : text[..Limits.MessageLength];

    private void Add(ReadOnlySpan<string> path)
    {
        if (path.Length == 0)
        {
            _isEnd = true;
            return;
        }

        var name = path[0];
        if (name == "?")
        {
            _keepsOneName = true;
            return;
        }

        var next = name == "*"
            ? _every ??= new()
            : JsonPaths.IsPattern(name) ? Pattern(name) : _named.TryGetValue(name, out var known) ? known : _named[name] = new();
        next.Add(path[1..]);
    }

    private FieldSelection Pattern(string name)
    {
        if (_patterns.Find(p => p.Key == name).Value is { } known)
            return known;
        var selection = new FieldSelection();
        _patterns.Add(new(name, selection));
        return selection;
    }

    /// <summary>What is kept of every key, or of those like a pattern, is kept of the named ones too.</summary>
    private void SpreadEvery()
    {
        foreach (var (name, child) in _named.Concat(_patterns))
        {
            foreach (var (pattern, selection) in _patterns)
            {
                if (selection != child && JsonPaths.Fits(pattern, name))
                    child.Merge(selection);
            }

            if (_every is not null)
                child.Merge(_every);
            child.SpreadEvery();
        }

        _every?.SpreadEvery();
    }

    private void Merge(FieldSelection other)
    {
        (_isEnd, _keepsOneName) = (_isEnd || other._isEnd, _keepsOneName || other._keepsOneName);
        foreach (var (name, child) in other._named)
        {
            if (!_named.TryGetValue(name, out var own))
                _named[name] = own = new();
            own.Merge(child);
        }

        foreach (var (pattern, child) in other._patterns)
            Pattern(pattern).Merge(child);
        if (other._every is not null)
            (_every ??= new()).Merge(other._every);
    }
}
