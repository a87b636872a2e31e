using System.Buffers;
using System.Globalization;
using System.Text;
using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Objects;
using Brokkr.DemoCluster.Api.Selectors;

namespace Brokkr.DemoCluster.Api.Verbs;

/// <summary>Answers get and list.</summary>
internal sealed class ReadApi(ObjectStore store, ContinueTokens tokens)
{
    private const int FlushSize = 64 * 1024;

    public Task GetAsync(ApiCall call) => store.Find(call.Kind, call.Key) is { } found
        ? call.AnswerAsync(200, found)
        : call.Http.AnswerAsync(KubeStatus.NotFound(call.Kind, call.Path.Name!));

    public Task ListAsync(ApiCall call)
    {
        var (selection, refusal) = Selection.Parse(call.Kind, call.Path, call.Query);
        if (selection is null)
            return call.Http.AnswerAsync(refusal!);
        var limitText = call.Query["limit"].ToString();
        if (!int.TryParse(limitText.Length == 0 ? "0" : limitText, NumberStyles.None, CultureInfo.InvariantCulture, out var limit))
            return call.Http.AnswerAsync(KubeStatus.BadRequest($"strconv.ParseInt: parsing \"{limitText}\": invalid syntax"));
        var (snapshot, from, expired) = tokens.Open(call);
        return snapshot is null ? call.Http.AnswerAsync(expired!) : WriteAsync(call, selection, snapshot, from, limit);
    }

    private async Task WriteAsync(ApiCall call, Selection selection, Snapshot snapshot, string from, int limit)
    {
        var start = selection.Prefix + from;
        var found = snapshot.Objects.Values.SkipWhile(o => string.CompareOrdinal(o.Key, start) < 0).Where(selection.Matches).ToList();
        var page = limit > 0 && found.Count > limit ? found.GetRange(0, limit) : found;
        var head = Rendering.ListHead(call.Kind, call.Rendition, Metadata(selection, snapshot.Version, page, found.Count - page.Count));
        var items = page.Select(o => Rendering.Item(o, call.Kind, call.Rendition));
        if (KubeAnswer.WantsIndented(call.Http.Request))
        {
            await call.Http.AnswerAsync(200, Join(head, items));
            return;
        }
        call.Http.Begin(200, "application/json");
        var body = call.Http.Response.BodyWriter;
        foreach (var part in Parts(head, items))
        {
            body.Write(part.Span);
            if (body.UnflushedBytes > FlushSize)
                await body.FlushAsync(call.Aborted);
        }
        await body.FlushAsync(call.Aborted);
    }

    private string Metadata(Selection selection, long version, List<StoredObject> page, int remaining)
    {
        var metadata = new StringBuilder("{").Append(CultureInfo.InvariantCulture, $"\"resourceVersion\":\"{version}\"");
        if (remaining > 0)
        {
            metadata.Append(CultureInfo.InvariantCulture,
                $",\"continue\":\"{tokens.Give(version, page[^1].Key[selection.Prefix.Length..])}\"");
            if (!selection.HasSelectors)
                metadata.Append(CultureInfo.InvariantCulture, $",\"remainingItemCount\":{remaining}");
        }
        return metadata.Append('}').ToString();
    }

    private static byte[] Join(byte[] head, IEnumerable<byte[]> items)
    {
        using var joined = new MemoryStream();
        foreach (var part in Parts(head, items))
            joined.Write(part.Span);
        return joined.ToArray();
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Parts(byte[] head, IEnumerable<byte[]> items)
    {
        yield return head;
        var first = true;
        foreach (var item in items)
        {
            if (!first)
                yield return ","u8.ToArray();
            first = false;
            yield return item;
        }
        yield return "]}\n"u8.ToArray();
    }
}
