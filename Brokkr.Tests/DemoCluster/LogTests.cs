using System.Text;
using System.Text.Json.Nodes;
using Brokkr.DemoCluster.Api.Logs;

namespace Brokkr.Tests.DemoCluster;

public class LogTests
{
    [Fact]
    public async Task Every_recorded_log_and_refusal_is_served_to_the_byte()
    {
        await using var cluster = await RunningCluster.StartAsync();
        foreach (var pod in (await cluster.GetAsync("/api/v1/pods"))["items"]!.AsArray())
        {
            var name = pod!["metadata"]!["name"]!.ToString();
            foreach (var container in new[] { "containers", "initContainers" }.SelectMany(list => pod["spec"]![list]?.AsArray() ?? [])
                .Select(c => c!["name"]!.ToString()))
            {
                await ExpectRecordedAsync(cluster, name, container, previous: false);
                await ExpectRecordedAsync(cluster, name, container, previous: true);
            }
        }
    }

    [Theory]
    [InlineData("a\nb\nc\n", 2L, null, "b\nc\n")]
    [InlineData("a\nb\nc", 2L, null, "b\nc")]
    [InlineData("a\nb\nc\n", 0L, null, "")]
    [InlineData("a\nb\nc\n", 9L, null, "a\nb\nc\n")]
    [InlineData("\n\n\n", 2L, null, "\n\n")]
    [InlineData("a\nb\nc\n", 2L, 3L, "b\nc")]
    [InlineData("a\nb\nc\n", null, 1L, "a")]
    [InlineData("", 5L, 5L, "")]
    public void A_log_is_cut_to_its_last_lines_and_their_first_bytes(string log, long? tail, long? limit, string expected) =>
        Encoding.UTF8.GetString(LogText.Cut(Encoding.UTF8.GetBytes(log), tail, limit).Span).Should().Be(expected);

    [Fact]
    public async Task A_log_that_was_set_is_served_raw()
    {
        await using var cluster = await RunningCluster.StartAsync();
        byte[] raw = [0x00, 0xff, 0xfe, (byte)'\n', 0x1b, (byte)'x'];
        using var body = new ByteArrayContent(raw);
        (await cluster.Client.PutAsync("/demo/logs/prod/noisy/app?previous=true", body)).EnsureSuccessStatusCode();

        (await cluster.Client.GetByteArrayAsync("/api/v1/namespaces/prod/pods/noisy/log?previous=true")).Should().Equal(raw);
        (await cluster.Client.GetByteArrayAsync("/api/v1/namespaces/prod/pods/noisy/log?previous=true&tailLines=1")).Should().Equal(raw[4..]);
    }

    [Theory]
    [InlineData("tailLines=-1", 422, "PodLogOptions \"noisy\" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("limitBytes=0", 422, "PodLogOptions \"noisy\" is invalid: limitBytes: Invalid value: 0: must be greater than 0")]
    [InlineData("sinceSeconds=soon", 400, "strconv.ParseInt: parsing \"soon\": invalid syntax")]
    [InlineData("container=nope", 400, "container nope is not valid for pod noisy")]
    public async Task Wrong_options_are_refused(string query, int status, string message)
    {
        await using var cluster = await RunningCluster.StartAsync();

        using var answer = await cluster.Client.GetAsync($"/api/v1/namespaces/prod/pods/noisy/log?{query}");

        ((int)answer.StatusCode).Should().Be(status);
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["message"]!.ToString().Should().Be(message);
    }

    [Fact]
    public async Task The_log_of_an_absent_pod_is_not_found()
    {
        await using var cluster = await RunningCluster.StartAsync();

        using var answer = await cluster.Client.GetAsync("/api/v1/namespaces/prod/pods/absent/log");

        ((int)answer.StatusCode).Should().Be(404);
    }

    [Theory]
    [InlineData("running", """{"state":{"running":{}}}""", false, 200, "")]
    [InlineData("image", """{"state":{"waiting":{"reason":"ErrImagePull"}}}""", false, 400,
        "container \"c\" in pod \"p\" is waiting to start: image can't be pulled")]
    [InlineData("back-off", """{"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"containerID":"containerd://1"}}}""", false, 200,
        "unable to retrieve container logs for containerd://1")]
    [InlineData("no previous", """{"state":{"running":{}}}""", true, 400, "previous terminated container \"c\" in pod \"p\" not found")]
    [InlineData("terminated without id", """{"state":{"terminated":{"exitCode":0}}}""", false, 400, "container \"c\" in pod \"p\" is terminated")]
    [InlineData("no status", null, false, 400, "container \"c\" in pod \"p\" is not available")]
    public async Task A_pod_without_recorded_logs_answers_by_its_status(string because, string? status, bool previous, int code, string text)
    {
        await using var cluster = await RunningCluster.StartAsync();
        var statuses = status is null ? "[]" : $$"""[{"name":"c",{{status[1..]}}]""";
        var pod = $$$"""{"metadata":{"name":"p"},"spec":{"nodeName":"n","containers":[{"name":"c"}]},"status":{"containerStatuses":{{{statuses}}}}}""";
        (await cluster.SendAsync(HttpMethod.Post, "/api/v1/namespaces/prod/pods", pod)).EnsureSuccessStatusCode();

        using var answer = await cluster.Client.GetAsync($"/api/v1/namespaces/prod/pods/p/log?previous={(previous ? "true" : "false")}");

        var body = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).Should().Be(code, because);
        (code == 200 ? body : JsonNode.Parse(body)!["message"]!.ToString()).Should().Be(text, because);
    }

    private static async Task ExpectRecordedAsync(RunningCluster cluster, string pod, string container, bool previous)
    {
        var file = Path.Combine(RepositoryRoot.Fixtures, "recorded", "logs", $"{pod}.{container}{(previous ? ".previous" : "")}");
        var (status, path) = File.Exists($"{file}.log") ? (200, $"{file}.log") : File.Exists($"{file}.400.json") ? (400, $"{file}.400.json") : (204, null);

        using var answer = await cluster.Client
            .GetAsync($"/api/v1/namespaces/prod/pods/{pod}/log?container={container}&previous={(previous ? "true" : "false")}");

        ((int)answer.StatusCode).Should().Be(status, file);
        if (path is not null)
            (await answer.Content.ReadAsByteArrayAsync()).Should().Equal(await File.ReadAllBytesAsync(path), file);
    }
}
