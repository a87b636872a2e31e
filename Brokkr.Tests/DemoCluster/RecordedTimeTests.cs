using System.Text.Json;
using System.Text.Json.Nodes;
using Brokkr.DemoCluster.Api.Recordings;
using Microsoft.Extensions.Time.Testing;

namespace Brokkr.Tests.DemoCluster;

public class RecordedTimeTests
{
    private static readonly DateTimeOffset Start = new(2031, 5, 6, 7, 8, 9, 500, TimeSpan.Zero);

    [Theory]
    [InlineData(10)]
    [InlineData(0)]
    [InlineData(-3)]
    public async Task The_newest_moment_lies_as_far_back_as_asked_in_objects_and_events_alike(double age)
    {
        await using var cluster = await RunningCluster.StartAsync(new() { Clock = new FakeTimeProvider(Start), AgeMinutes = age });

        var newest = new List<DateTimeOffset?>();
        foreach (var path in new[] { "/api/v1/events", "/apis/events.k8s.io/v1/events", "/api/v1/pods", "/api/v1/nodes" })
            newest.Add(RecordedTime.Newest(JsonElement.Parse(await cluster.Client.GetByteArrayAsync(path))));

        newest.Max().Should().BeCloseTo(Start.AddMinutes(-age), TimeSpan.FromSeconds(1)).And.BeOnOrBefore(Start.AddMinutes(-age));
        newest[0].Should().Be(newest[1]);
        (newest[0] - newest[2]).Should().Be(TimeSpan.FromSeconds(1), "the newest event was recorded a second after the newest state of a pod");
    }

    [Theory]
    [InlineData("2026-11-23T21:52:10Z", "2026-11-23T22:52:11Z")]
    [InlineData("2026-11-23T23:30:00.720277Z", "2026-11-24T00:30:01.720277Z")]
    [InlineData("2026-11-23T21:52:10.123456789Z", "2026-11-23T22:52:11.123456789Z")]
    [InlineData("2026-11-23T21:52:10.5+01:00", "2026-11-23T22:52:11.5+01:00")]
    [InlineData("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z")]
    [InlineData("at 2026-11-23T21:52:10Z", "at 2026-11-23T21:52:10Z")]
    [InlineData("2026-11-23T21:52:10Z\n", "2026-11-23T21:52:10Z\n")]
    [InlineData("2026-13-23T21:52:10Z", "2026-13-23T21:52:10Z")]
    [InlineData("2026-11-23", "2026-11-23")]
    public void Whole_timestamps_move_and_keep_their_form(string text, string expected)
    {
        var shifted = Brokkr.DemoCluster.Api.Json.ApiJson.Bytes(writer =>
            RecordedTime.WriteShifted(JsonSerializer.SerializeToElement(new[] { text }), TimeSpan.FromSeconds(3601), writer));

        JsonNode.Parse(shifted)![0]!.ToString().Should().Be(expected);
    }

    [Fact]
    public void Plans_and_what_people_wrote_do_not_count_as_recorded_moments()
    {
        var json = JsonElement.Parse("""
            {"metadata":{"creationTimestamp":"2026-01-01T00:00:00.25Z","annotations":{"until":"2030-01-01T00:00:00Z"}},
             "data":{"launch":"2030-01-01T00:00:00Z"},"status":{"notAfter":"2030-01-01T00:00:00Z","expirationTimestamp":"2030-01-01T00:00:00Z"}}
            """);

        RecordedTime.Newest(json).Should().Be(new DateTimeOffset(2026, 1, 1, 0, 0, 0, 250, TimeSpan.Zero));
    }

    [Fact]
    public void Without_any_time_nothing_moves() => RecordedTime.ShiftTo(Start, null).Should().Be(TimeSpan.Zero);
}
