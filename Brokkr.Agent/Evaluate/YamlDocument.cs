using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Brokkr.Agent.Evaluate;

/// <summary>Reads objects from a YAML document and hands each out as JSON, the items of a List one by one.</summary>
/// <param name="text">The document.</param>
/// <param name="number">Which document of the input it is, from 1.</param>
/// <param name="firstLine">The line of the input before it.</param>
internal sealed partial class YamlDocument(string text, int number, long firstLine)
{
    private readonly Parser _parser = new(new StringReader(text));
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <exception cref="InputException">It is not YAML, or something other than an object stands where one should.</exception>
    public IEnumerable<InputDocument> Read()
    {
        Take<StreamStart>();
        while (!Is<StreamEnd>())
        {
            Take<DocumentStart>();
            if (Is<Scalar>() && IsNothing((Scalar)_parser.Current!))
                Take<Scalar>();
            else if (Is<SequenceStart>())
            {
                foreach (var item in Items(null))
                    yield return item;
            }
            else
            {
                foreach (var document in Document())
                    yield return document;
            }

            Take<DocumentEnd>();
        }
    }

    private IEnumerable<InputDocument> Document()
    {
        var line = LineOf(Need<MappingStart>("an object is needed here").Start);
        var (apiVersion, kind, isList) = ("", "", false);
        _buffer.ResetWrittenCount();
        var writer = NewWriter();
        writer.WriteStartObject();
        while (!Is<MappingEnd>())
        {
            var key = Need<Scalar>("a key must be a text").Value;
            if (key == "items" && Is<SequenceStart>() && ListHead.Is(kind))
            {
                isList = true;
                foreach (var item in Items(new(apiVersion, kind)))
                    yield return item;
                // What follows only fills the buffer.
                _buffer.ResetWrittenCount();
                writer = NewWriter();
                writer.WriteStartObject();
                continue;
            }

            if (_parser.Current is Scalar scalar)
                (apiVersion, kind) = (key == "apiVersion" ? scalar.Value : apiVersion, key == "kind" ? scalar.Value : kind);
            writer.WritePropertyName(key);
            Copy(writer, 1);
        }

        Take<MappingEnd>();
        writer.WriteEndObject();
        writer.Flush();
        if (!isList)
            yield return new(_buffer.WrittenMemory, number, line, null);
    }

    private IEnumerable<InputDocument> Items(ListHead? list)
    {
        Take<SequenceStart>();
        while (!Is<SequenceEnd>())
        {
            if (!Is<MappingStart>())
                throw At(_parser.Current!, "an object is needed here");
            var line = LineOf(_parser.Current!.Start);
            _buffer.ResetWrittenCount();
            var writer = NewWriter();
            Copy(writer, 0);
            writer.Flush();
            yield return new(_buffer.WrittenMemory, number, line, list);
        }

        Take<SequenceEnd>();
    }

    private void Copy(Utf8JsonWriter writer, int depth)
    {
        if (depth > InputReader.MaxDepth)
            throw At(_parser.Current!, $"it nests deeper than {InputReader.MaxDepth} levels");
        switch (Next())
        {
            case Scalar scalar:
                Write(writer, scalar);
                break;
            case SequenceStart:
                writer.WriteStartArray();
                while (!Is<SequenceEnd>())
                    Copy(writer, depth + 1);
                Take<SequenceEnd>();
                writer.WriteEndArray();
                break;
            case MappingStart:
                writer.WriteStartObject();
                while (!Is<MappingEnd>())
                {
                    writer.WritePropertyName(Need<Scalar>("a key must be a text").Value);
                    Copy(writer, depth + 1);
                }

                Take<MappingEnd>();
                writer.WriteEndObject();
                break;
            case AnchorAlias alias:
                throw At(alias, "aliases are not read: write the values out");
            case var other:
                throw At(other, "a value is needed here");
        }
    }

    /// <summary>What a plain scalar means by YAML's core schema; what is quoted is a text.</summary>
    private static void Write(Utf8JsonWriter writer, Scalar scalar)
    {
        if (scalar.Style != ScalarStyle.Plain || scalar.Tag == "tag:yaml.org,2002:str")
            writer.WriteStringValue(scalar.Value);
        else if (IsNothing(scalar))
            writer.WriteNullValue();
        else if (scalar.Value is "true" or "True" or "TRUE")
            writer.WriteBooleanValue(true);
        else if (scalar.Value is "false" or "False" or "FALSE")
            writer.WriteBooleanValue(false);
        else if (long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            writer.WriteNumberValue(number);
        else if (Number().IsMatch(scalar.Value) && double
            .TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real))
            writer.WriteNumberValue(real);
        else
            writer.WriteStringValue(scalar.Value);
    }

    private static bool IsNothing(Scalar scalar) => scalar is { Style: ScalarStyle.Plain, Value: "" or "~" or "null" or "Null" or "NULL" };

    private Utf8JsonWriter NewWriter() => new(_buffer, new() { MaxDepth = InputReader.MaxDepth + 2 });

    private bool Is<T>() where T : ParsingEvent => Current() is T;

    private void Take<T>() where T : ParsingEvent => Need<T>("this is not YAML as it should be");

    private T Need<T>(string reason) where T : ParsingEvent
    {
        var next = Next();
        return next as T ?? throw At(next, reason);
    }

    private ParsingEvent Next()
    {
        var taken = Current();
        Guarded(_parser.MoveNext);
        return taken;
    }

    private ParsingEvent Current()
    {
        if (_parser.Current is null)
            Guarded(_parser.MoveNext);
        return _parser.Current ?? throw new InputException(number, firstLine + 1, "it ends too soon");
    }

    private void Guarded(Func<bool> move)
    {
        try
        {
            move();
        }
        catch (YamlException e)
        {
            throw Broken(LineOf(e.Start), $": {(e.InnerException ?? e).Message}");
        }
        catch (InvalidOperationException)
        {
            // The scanner gives up without a position on some texts, open brackets among them.
            throw Broken(_parser.Current is { } last ? LineOf(last.End) : firstLine + 1, " from here on");
        }
    }

    /// <summary>The parser does not say that it was a tab, and names the line of something else.</summary>
    private InputException Broken(long line, string reason)
    {
        var tabbed = text.Split('\n').ToList()
            .FindIndex(l => l.AsSpan().IndexOfAnyExcept(' ', '\t') is var start && l.AsSpan(0, Math.Max(0, start)).Contains('\t'));
        return tabbed >= 0
            ? new(number, firstLine + tabbed + 1, "it is indented with a tab, and YAML takes spaces only")
            : new(number, line, $"it is not YAML as it should be{reason}");
    }

    private long LineOf(Mark mark) => firstLine + mark.Line;

    private InputException At(ParsingEvent place, string reason) => new(number, LineOf(place.Start), reason);

    [GeneratedRegex(@"\A[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex Number();
}
