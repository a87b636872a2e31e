using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Evaluate;

/// <summary>Reads Kubernetes objects from text: YAML, JSON, JSON lines, Lists.</summary>
/// <param name="objects">Reads the objects themselves.</param>
/// <param name="report">Is told what cannot be read; the rest is.</param>
internal sealed class InputReader(ObjectReader objects, Action<InputException> report)
{
    /// <summary>Deeper than the schema of any custom resource definition.</summary>
    public const int MaxDepth = 256;

    /// <summary>The objects, one by one; null where there is no text at all.</summary>
    public IEnumerable<InputObject>? Open(Stream stream)
    {
        var pipe = PipeReader.Create(stream);
        if (FirstByteAsync(pipe).GetAwaiter().GetResult() is not { } first)
            return null;
        var input = pipe.AsStream();
        // What begins with a brace or a bracket is JSON; YAML written that way reads alike.
        var documents = first is (byte)'{' or (byte)'['
            ? new JsonInput(input, report).Read()
            : new YamlInput(new StreamReader(input), report).Read();
        return documents.SelectMany(Read);
    }

    private IEnumerable<InputObject> Read(InputDocument document)
    {
        try
        {
            return ListHead.IsWhole(document.Json.Span) ? Items(document) : [ReadOne(document)];
        }
        catch (InputException e)
        {
            report(e);
            return [];
        }
    }

    /// <summary>The items of a List that stands where an object could, as within another List.</summary>
    private List<InputObject> Items(InputDocument document)
    {
        using var list = JsonDocument.Parse(document.Json, new() { MaxDepth = MaxDepth });
        var head = DocumentHead.Of(document.Json.Span);
        return !list.RootElement.TryGetProperty("items", out var items) || items.ValueKind != JsonValueKind.Array
            ? []
            : [.. items.EnumerateArray().SelectMany(item => Read(document with
            {
                Json = Encoding.UTF8.GetBytes(item.GetRawText()), List = new(head.ApiVersion, head.Kind),
            }))];
    }

    private InputObject ReadOne(InputDocument document)
    {
        var head = DocumentHead.Of(document.Json.Span);
        var kind = head.Kind.Length > 0 ? head.Kind : KindOfItems(document.List);
        var apiVersion = head.ApiVersion.Length > 0 ? head.ApiVersion : document.List?.ApiVersion ?? "";
        if (kind.Length == 0)
            throw new InputException(document.Number, document.Line, "the object has no kind");
        try
        {
            return new(objects.Read(document.Json.Span, apiVersion, kind), head.NewestTime, document.Number, document.Line);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            var place = (e as JsonException)?.Path is { Length: > 2 } path ? path[2..] : "a field";
            throw new InputException(document.Number, document.Line, $"{place} of this {kind} is not as Kubernetes writes it");
        }
    }

    /// <summary>The items of a <c>PodList</c> are pods, and need not say so.</summary>
    private static string KindOfItems(ListHead? list) => list is { Kind.Length: > 4 } ? list.Kind[..^"List".Length] : "";

    /// <summary>The first byte that is not white space, left in place; null for empty input. A byte order mark is dropped.</summary>
    private static async Task<byte?> FirstByteAsync(PipeReader pipe)
    {
        while (true)
        {
            var read = await pipe.ReadAsync();
            var isMarked = read.Buffer.FirstSpan.StartsWith("\uFEFF"u8);
            var text = isMarked ? read.Buffer.Slice(3) : read.Buffer;
            byte? first = null;
            foreach (var segment in text)
            {
                if (segment.Span.IndexOfAnyExcept(" \t\r\n"u8) is var at and >= 0)
                {
                    first = segment.Span[at];
                    break;
                }
            }

            var isEnough = first is not null || read.IsCompleted;
            pipe.AdvanceTo(text.Start, isEnough ? text.Start : read.Buffer.End);
            if (isEnough)
                return first;
        }
    }
}

/// <summary>One object of the input.</summary>
/// <param name="Object">The object.</param>
/// <param name="NewestTime">The newest time in it; null where there is none.</param>
/// <param name="Document">Which document holds it.</param>
/// <param name="Line">Where it begins.</param>
internal sealed record InputObject(KubeObject Object, DateTimeOffset? NewestTime, int Document, long Line);
