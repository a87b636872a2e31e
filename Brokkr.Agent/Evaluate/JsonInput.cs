using System.Text.Json;

namespace Brokkr.Agent.Evaluate;

/// <summary>
/// Reads objects from JSON: one, many behind each other, an array of them, or a List, whose items are handed out one by one. Holds no more
/// than the object at hand.
/// </summary>
internal sealed class JsonInput(Stream input, Action<InputException> report)
{
    private static readonly JsonReaderOptions Options = new() { AllowMultipleValues = true, MaxDepth = InputReader.MaxDepth };

    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private bool _isLast;
    private JsonReaderState _state = new(Options);

    private Place _place = Place.Outside;
    private ListHead? _list;
    private int _number;
    private long _line = 1;

    /// <summary>Where the parser began to count.</summary>
    private long _firstLine = 1;

    private enum Place
    {
        /// <summary>Between documents.</summary>
        Outside,

        /// <summary>Among the items of a List.</summary>
        Items,

        /// <summary>Among the items of an array that is a document.</summary>
        Array,

        /// <summary>Behind the items of a List.</summary>
        Tail,
    }

    /// <summary>The objects; what is no JSON is reported, and reading goes on with the next line that begins a document.</summary>
    public IEnumerable<InputDocument> Read()
    {
        while (true)
        {
            var (progress, document) = Guarded();
            if (document is { } found)
                yield return found;
            else if (progress == Progress.End)
                yield break;
            else if (progress == Progress.NeedsMore)
                Fill();
        }
    }

    private (Progress Progress, InputDocument? Document) Guarded()
    {
        try
        {
            return _place == Place.Outside && PassSeparator() is { } passed ? (passed, null) : Step();
        }
        catch (InputException e)
        {
            report(e);
            return (PassLines(), null);
        }
    }

    /// <summary>Passes a line of dashes, which separates documents of YAML; null where there is none.</summary>
    private Progress? PassSeparator()
    {
        var rest = _buffer.AsSpan(_start, _end - _start);
        var blank = rest.IndexOfAnyExcept(" \t\r\n"u8);
        if (blank < 0 || rest.Length - blank < Separator.Length)
            return _isLast || blank < 0 || rest[blank] != (byte)'-' ? null : Progress.NeedsMore;
        if (!rest[blank..].StartsWith(Separator))
            return null;
        var end = rest[blank..].IndexOf((byte)'\n');
        if (end < 0 && !_isLast)
            return Progress.NeedsMore;
        Pass(end < 0 ? rest.Length : blank + end + 1);
        return Progress.Moved;
    }

    /// <summary>After an error: on to the next line that begins like a document.</summary>
    private Progress PassLines()
    {
        if (_place == Place.Outside)
            _number++;
        (_place, _list) = (Place.Outside, null);
        while (true)
        {
            var rest = _buffer.AsSpan(_start, _end - _start);
            var next = rest.IndexOf((byte)'\n');
            if (next >= 0 && next + 1 < rest.Length)
            {
                Pass(next + 1);
                if (rest[next + 1] is (byte)'{' or (byte)'[' or (byte)'-')
                    return Progress.Moved;
            }
            else if (_isLast)
            {
                Pass(rest.Length);
                return Progress.End;
            }
            else
            {
                Fill();
            }
        }
    }

    private void Pass(int bytes)
    {
        _line += _buffer.AsSpan(_start, bytes).Count((byte)'\n');
        _start += bytes;
        (_state, _firstLine) = (new(Options), _line);
    }

    private static ReadOnlySpan<byte> Separator => "---"u8;

    private enum Progress
    {
        Moved,
        NeedsMore,
        End,
    }

    private (Progress Progress, InputDocument? Document) Step()
    {
        var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _isLast, _state);
        try
        {
            if (!reader.Read())
                return (_isLast ? Progress.End : Progress.NeedsMore, null);
            return (_place, reader.TokenType) switch
            {
                (Place.Outside, JsonTokenType.StartObject) => Object(ref reader),
                (Place.Outside, JsonTokenType.StartArray) => Enter(ref reader, Place.Array, null),
                (Place.Items or Place.Array, JsonTokenType.StartObject) => Item(ref reader),
                (Place.Items, JsonTokenType.EndArray) => Enter(ref reader, Place.Tail, _list),
                (Place.Array, JsonTokenType.EndArray) => Enter(ref reader, Place.Outside, null),
                (Place.Tail, JsonTokenType.EndObject) => Enter(ref reader, Place.Outside, null),
                (Place.Tail, _) => reader.TrySkip() ? Enter(ref reader, Place.Tail, _list) : (Progress.NeedsMore, null),
                _ => throw new InputException(_number + (_place == Place.Outside ? 1 : 0), LineOf(ref reader), "an object is needed here"),
            };
        }
        catch (JsonException e)
        {
            throw new InputException(Math.Max(1, _number + (_place == Place.Outside ? 1 : 0)), _firstLine + (e.LineNumber ?? 0),
                $"it is not JSON as it should be: {Reason(e)}");
        }
    }

    /// <summary>A document that begins here: an object, or a List, which its key <c>items</c> shows.</summary>
    private (Progress Progress, InputDocument? Document) Object(ref Utf8JsonReader reader)
    {
        var (begin, line) = ((int)reader.TokenStartIndex, LineOf(ref reader));
        var (apiVersion, kind) = ("", "");
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                var json = _buffer.AsMemory(_start + begin, (int)reader.BytesConsumed - begin);
                _number++;
                Commit(ref reader);
                return (Progress.Moved, new(json, _number, line, null));
            }

            var (isItems, isKind, isVersion) =
                (reader.ValueTextEquals("items"u8), reader.ValueTextEquals("kind"u8), reader.ValueTextEquals("apiVersion"u8));
            if (!reader.Read())
                break;
            if (isItems && reader.TokenType == JsonTokenType.StartArray && ListHead.Is(kind))
            {
                _number++;
                return Enter(ref reader, Place.Items, new(apiVersion, kind));
            }

            if (reader.TokenType == JsonTokenType.String)
                (kind, apiVersion) = (isKind ? reader.GetString()! : kind, isVersion ? reader.GetString()! : apiVersion);
            if (!reader.TrySkip())
                break;
        }

        return (Progress.NeedsMore, null);
    }

    private (Progress Progress, InputDocument? Document) Item(ref Utf8JsonReader reader)
    {
        var (begin, line) = ((int)reader.TokenStartIndex, LineOf(ref reader));
        if (!reader.TrySkip())
            return (Progress.NeedsMore, null);
        var json = _buffer.AsMemory(_start + begin, (int)reader.BytesConsumed - begin);
        Commit(ref reader);
        return (Progress.Moved, new(json, _number, line, _list));
    }

    private (Progress Progress, InputDocument? Document) Enter(ref Utf8JsonReader reader, Place place, ListHead? list)
    {
        if (place == Place.Array)
            _number++;
        (_place, _list) = (place, list);
        Commit(ref reader);
        return (Progress.Moved, null);
    }

    private void Commit(ref Utf8JsonReader reader)
    {
        var consumed = (int)reader.BytesConsumed;
        _line += _buffer.AsSpan(_start, consumed).Count((byte)'\n');
        _start += consumed;
        _state = reader.CurrentState;
    }

    private long LineOf(ref Utf8JsonReader reader) => _line + _buffer.AsSpan(_start, (int)reader.TokenStartIndex).Count((byte)'\n');

    /// <summary>Makes room where there is none, and reads on.</summary>
    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = input.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _isLast = read == 0;
    }

    /// <summary>The parser's sentence without its position, which we state ourselves.</summary>
    private static string Reason(JsonException e) =>
        e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal) is var end and > 0 ? e.Message[..end] : e.Message;
}
