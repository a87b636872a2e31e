using System.Buffers;
using System.Text.Json;
using Brokkr.Contracts;

namespace Brokkr.Agent.Cluster.Objects;

/// <summary>
/// Which fields of an object are kept: a tree of dotted paths, in which <c>*</c> stands for every item of a list and every key of a map. Of
/// a list or a map at the end of a path only its scalars are kept, so that it can be counted. What is not kept is passed with
/// <c>TrySkip</c>: <c>Skip</c> refuses while the rest of the document still streams in.
/// </summary>
internal sealed class FieldSelection
{
    /// <summary>More items say nothing new, and no object may make the agent large.</summary>
    private const int MostItems = 100;

    private readonly Dictionary<string, FieldSelection> _named = new(StringComparer.Ordinal);
    private FieldSelection? _every;

    /// <summary>Whether a path ends here.</summary>
    private bool _isEnd;

    public static FieldSelection Of(IEnumerable<string> paths)
    {
        var root = new FieldSelection();
        foreach (var path in paths)
            root.Add(path.Split('.'));
        root.SpreadEvery();
        return root;
    }

    /// <summary>What is kept of the field of this name; null where nothing is.</summary>
    public FieldSelection? Of(string name) => _named.GetValueOrDefault(name) ?? _every;

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
        var left = MostItems;
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
            }
        }

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

        var next = path[0] == "*" ? _every ??= new() : _named.TryGetValue(path[0], out var known) ? known : _named[path[0]] = new();
        next.Add(path[1..]);
    }

    /// <summary>What is kept of every key is kept of the named ones too.</summary>
    private void SpreadEvery()
    {
        foreach (var child in _named.Values)
        {
            if (_every is not null)
                child.Merge(_every);
            child.SpreadEvery();
        }

        _every?.SpreadEvery();
    }

    private void Merge(FieldSelection other)
    {
        _isEnd |= other._isEnd;
        foreach (var (name, child) in other._named)
        {
            if (!_named.TryGetValue(name, out var own))
                _named[name] = own = new();
            own.Merge(child);
        }

        if (other._every is not null)
            (_every ??= new()).Merge(other._every);
    }
}
