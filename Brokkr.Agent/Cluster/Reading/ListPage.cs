using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Cluster.Reading;

/// <summary>Reads the answer to a list object by object while it streams in: a page takes no more memory than its largest object.</summary>
internal sealed class ListPage
{
    /// <summary>Far more than etcd stores of one object.</summary>
    private const int LargestObject = 16 * 1024 * 1024;

    private const int BufferSize = 32 * 1024;

    private readonly ItemReader _items;
    private readonly Action<KubeObject> _take;
    private Place _place = Place.Before;

    private ListPage(ItemReader items, Action<KubeObject> take) => (_items, _take) = (items, take);

    private enum Place
    {
        Before,
        Members,
        Items,
        After,
    }

    private ListMeta Metadata { get; set; } = new();

    /// <param name="answer">The answer's body.</param>
    /// <param name="items">Reads its objects.</param>
    /// <param name="take">Is given each of them.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <exception cref="JsonException">It is no list, or was cut off.</exception>
    public static async Task<ListMeta> ReadAsync(Stream answer, ItemReader items, Action<KubeObject> take, CancellationToken ct)
    {
        var page = new ListPage(items, take);
        var bytes = PipeReader.Create(answer, new(bufferSize: BufferSize));
        var state = new JsonReaderState(new() { MaxDepth = ClusterJson.MaxDepth + 2 });
        var enough = 0L;
        try
        {
            while (true)
            {
                var read = await bytes.ReadAsync(ct);
                // Of a large object, looking again at every piece would be looking a thousand times.
                if (read.Buffer.Length < enough && !read.IsCompleted)
                {
                    bytes.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                    continue;
                }

                var taken = page.Take(read.Buffer, read.IsCompleted, ref state);
                var rest = read.Buffer.Slice(taken).Length;
                enough = rest + (rest / 4);
                bytes.AdvanceTo(taken, read.Buffer.End);
                if (rest > LargestObject)
                    throw new JsonException("the API server listed an object that is too large");
                if (read.IsCompleted)
                    return page._place == Place.After ? page.Metadata : throw new JsonException("the API server's list has no end");
            }
        }
        finally
        {
            await bytes.CompleteAsync();
        }
    }

    private SequencePosition Take(ReadOnlySequence<byte> bytes, bool isLast, ref JsonReaderState state)
    {
        var reader = new Utf8JsonReader(bytes, isLast, state);
        var before = reader;
        while (_place != Place.After && Step(ref reader))
            before = reader;
        state = before.CurrentState;
        return _place == Place.After ? bytes.End : before.Position;
    }

    /// <summary>Reads one thing; false where it is not all there yet.</summary>
    private bool Step(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
            return false;
        return _place switch
        {
            Place.Before => reader.TokenType == JsonTokenType.StartObject
                ? Go(Place.Members)
                : throw new JsonException("the API server answered no list"),
            Place.Members => reader.TokenType == JsonTokenType.EndObject ? Go(Place.After) : Member(ref reader),
            _ => reader.TokenType == JsonTokenType.EndArray ? Go(Place.Members) : Item(ref reader),
        };
    }

    private bool Member(ref Utf8JsonReader reader)
    {
        var (isItems, isMetadata) = (reader.ValueTextEquals("items"u8), reader.ValueTextEquals("metadata"u8));
        if (!reader.Read())
            return false;
        if (isItems && reader.TokenType == JsonTokenType.StartArray)
            return Go(Place.Items);
        var value = reader;
        if (!reader.TrySkip())
            return false;
        if (isMetadata)
            Metadata = JsonSerializer.Deserialize(ref value, ClusterJson.Default.ListMeta) ?? new();
        return true;
    }

    private bool Item(ref Utf8JsonReader reader)
    {
        var value = reader;
        if (!reader.TrySkip())
            return false;
        if (value.TokenType == JsonTokenType.StartObject)
            _take(_items.Read(ref value));
        return true;
    }

    private bool Go(Place place)
    {
        _place = place;
        return true;
    }
}
