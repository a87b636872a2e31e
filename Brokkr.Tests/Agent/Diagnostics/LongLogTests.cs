using System.Text;
using Brokkr.Agent.Diagnostics;
using Brokkr.Tests.Agent.Watching;
using Brokkr.Tests.DemoCluster;

namespace Brokkr.Tests.Agent.Diagnostics;

/// <summary>However long the lines of a log are, the newest are read.</summary>
public sealed class LongLogTests
{
    private const int Kept = 256 * 1024;

    [Theory]
    [InlineData("short lines", 20, 50, 50, false)]
    [InlineData("lines of 20 KiB", 20_000, 50, 10, true)]
    [InlineData("more than is read at once", 200_000, 50, 1, true)]
    public async Task The_newest_lines_of_a_log_are_kept_and_what_is_left_out_is_said(string because, int length, int lines, int least, bool isCut)
    {
        var log = string.Concat(Enumerable.Range(0, lines).Select(i => $"line-{i} {new string('x', length)}\n"));

        var answer = await ReadAsync(log);

        var read = Encoding.UTF8.GetString(answer.Bytes).TrimEnd('\n').Split('\n');
        read[^1].Should().StartWith($"line-{lines - 1} ", because);
        read.Should().OnlyContain(l => l.StartsWith("line-"), "no line is without its beginning");
        read.Length.Should().BeGreaterThanOrEqualTo(least);
        answer.Bytes.Length.Should().BeLessThanOrEqualTo(Kept);
        (answer.Message.Length > 0).Should().Be(isCut);
    }

    [Fact]
    public async Task Of_a_line_that_alone_is_too_long_the_beginning_is_kept()
    {
        var answer = await ReadAsync($"older\nnewest {new string('x', 5_000_000)}\n");

        Encoding.UTF8.GetString(answer.Bytes).Should().StartWith("newest xxx");
        answer.Bytes.Length.Should().BeLessThanOrEqualTo(Kept);
        answer.Message.Should().NotBeEmpty();
    }

    [Fact]
    public async Task An_empty_log_is_one() => (await ReadAsync("")).Should().Match<ReadAnswer>(a => a.IsOk && a.Bytes.Length == 0 && a.Message.Length == 0);

    private static async Task<ReadAnswer> ReadAsync(string log)
    {
        await using var cluster = await RunningCluster.StartAsync();
        await using var watched = new WatchingAgent(cluster.Url);
        (await cluster.SendAsync(HttpMethod.Put, "/demo/logs/prod/noisy/app", log)).IsSuccessStatusCode.Should().BeTrue();
        return await new KubeReads(watched.Client).ReadLogAsync("prod", "noisy", "app", false, 50, Kept, CancellationToken.None);
    }
}
