using System.Text;
using System.Text.Json;
using Brokkr.Agent.Cluster;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Reading;

namespace Brokkr.Tests.Agent.Cluster.Reading;

/// <summary>How the answer to a watch is read, whatever a server or a proxy makes of it.</summary>
public class WatchEventsTests
{
    private static readonly ItemReader Pods = new(BaseKinds.Pods, ClusterJson.Default.Pod);

    [Fact]
    public async Task Each_line_is_an_event()
    {
        var events = await ReadAsync(
            """
            {"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"1"},"status":{"phase":"Running"}}}

            {"object":{"metadata":{"name":"b","annotations":{"x":"}\n{"}}},"type":"MODIFIED","more":[1]}
            {"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"9"}}}

            """);

        events.Select(e => (e.Type, e.Item.Metadata.Name, e.Item.Metadata.ResourceVersion, e.Item.Status.Phase))
            .Should().Equal(("ADDED", "a", "1", "Running"), ("MODIFIED", "b", null, null), ("BOOKMARK", "", "9", null));
    }

    [Fact]
    public async Task An_event_that_was_cut_off_is_not_believed() =>
        (await ReadAsync("{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"a\"}}}\n{\"type\":\"DELETED\",\"object\":{\"metadata\":{\"name\":\"a\"}}}"))
            .Should().ContainSingle().Which.Type.Should().Be("ADDED");

    [Fact]
    public async Task Events_arrive_however_the_bytes_are_cut()
    {
        const string text = "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"größe\",\"namespace\":\"prod\"}}}\n";

        var events = await ReadAsync(string.Concat(Enumerable.Repeat(text, 50)), chunk: 7);

        events.Should().HaveCount(50).And.OnlyContain(e => e.Item.Metadata.Name == "größe" && e.Item.Metadata.Namespace == "prod");
    }

    [Fact]
    public async Task A_version_that_is_too_old_is_told_from_other_errors()
    {
        await ReadingAsync("""{"type":"ERROR","object":{"kind":"Status","status":"Failure","message":"too old","code":410}}""").Should()
            .ThrowAsync<ExpiredException>();
        await ReadingAsync("""{"type":"ERROR","object":{"kind":"Status","status":"Failure","message":"etcd is down","code":500}}""").Should()
            .ThrowAsync<IOException>().WithMessage("*etcd is down*");
        await ReadingAsync("""{"type":"ERROR","object":{"message":7,"code":"410"}}""").Should().ThrowAsync<Exception>();
    }

    [Theory]
    [InlineData("<html>503</html>")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"type\":\"ADDED\"}")]
    [InlineData("{\"type\":\"ADDED\",\"object\":null}")]
    [InlineData("{\"type\":\"ADDED\",\"object\":[]}")]
    [InlineData("{\"type\":7,\"object\":{}}")]
    public async Task What_is_no_event_ends_the_watch(string line) =>
        await ReadingAsync(line).Should().ThrowAsync<Exception>().Where(e => e is JsonException || e is InvalidOperationException);

    [Fact]
    public async Task A_line_without_an_end_is_given_up()
    {
        await using var endless = new MemoryStream(new byte[17 * 1024 * 1024]);
        var reading = async () =>
        {
            await foreach (var _ in WatchEvents.ReadAsync(endless, Pods, CancellationToken.None))
                continue;
        };

        await reading.Should().ThrowAsync<IOException>();
    }

    private static Func<Task> ReadingAsync(string line) => () => ReadAsync(line + "\n");

    private static async Task<List<(string Type, Pod Item)>> ReadAsync(string text, int chunk = 4096)
    {
        await using var stream = new ChoppedStream(Encoding.UTF8.GetBytes(text), chunk);
        var events = new List<(string, Pod)>();
        await foreach (var (type, item) in WatchEvents.ReadAsync(stream, Pods, CancellationToken.None))
            events.Add((type, (Pod)item));
        return events;
    }

    /// <summary>Gives few bytes at a time, as networks do.</summary>
    private sealed class ChoppedStream(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, chunk)], cancellationToken);
    }
}
