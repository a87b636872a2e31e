using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Cluster.Reading;

/// <summary>Reads the answer to a watch: one JSON document per line, projected from the bytes as they came.</summary>
internal static class WatchEvents
{
    /// <summary>Far more than etcd stores of one object.</summary>
    private const int LongestLine = 16 * 1024 * 1024;

    /// <exception cref="ExpiredException">The version that was watched from is too old.</exception>
    /// <exception cref="IOException">The server ended the watch with another error, or it is no watch.</exception>
    public static async IAsyncEnumerable<(string Type, KubeObject Item)> ReadAsync(Stream answer, ItemReader items,
        [EnumeratorCancellation] CancellationToken ct)
    {
        var lines = PipeReader.Create(answer);
        try
        {
            while (true)
            {
                var read = await lines.ReadAsync(ct);
                var rest = read.Buffer;
                while (TryTakeLine(ref rest, out var line))
                {
                    if (!line.IsEmpty)
                        yield return Read(line, items);
                }

                if (rest.Length > LongestLine)
                    throw new IOException("the API server sent a watch event that is too long");
                lines.AdvanceTo(rest.Start, rest.End);
                if (read.IsCompleted)
                    yield break;
            }
        }
        finally
        {
            await lines.CompleteAsync();
        }
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> rest, out ReadOnlySequence<byte> line)
    {
        if (rest.PositionOf((byte)'\n') is not { } end)
        {
            line = default;
            return false;
        }

        line = rest.Slice(0, end);
        rest = rest.Slice(rest.GetPosition(1, end));
        return true;
    }

    /// <summary>The type is looked for first, since the object of an error is of another kind.</summary>
    private static (string Type, KubeObject Item) Read(ReadOnlySequence<byte> line, ItemReader items)
    {
        var type = Enter(line, "type"u8).GetString() ?? "";
        var reader = Enter(line, "object"u8);
        if (type != "ERROR")
            return (type, items.Read(ref reader));
        using var status = JsonDocument.ParseValue(ref reader);
        throw status.RootElement.TryGetProperty("code", out var code) && code.TryGetInt32(out var number)
            && number == (int)HttpStatusCode.Gone
            ? new ExpiredException()
            : new IOException($"the API server ended the watch with an error: {KubeClient.MessageOf(status.RootElement)}");
    }

    /// <summary>A reader on the value of one member of the event.</summary>
    private static Utf8JsonReader Enter(ReadOnlySequence<byte> line, ReadOnlySpan<byte> member)
    {
        var reader = new Utf8JsonReader(line, new() { MaxDepth = ClusterJson.MaxDepth + 1 });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("a watch event that is no object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(member);
            reader.Read();
            if (found)
                return reader;
            reader.Skip();
        }

        throw new JsonException("a watch event without a type or an object");
    }
}

/// <summary>The version to watch or to continue from is too old: list again.</summary>
internal sealed class ExpiredException() : Exception("The API server does not remember the version any more.");
