using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Brokkr.Tests.DemoCluster;

public class FaultTests
{
    [Fact]
    public async Task Faults_can_be_set_over_http_and_end_when_left_out()
    {
        await using var cluster = await RunningCluster.StartAsync();
        (await cluster.SendAsync(HttpMethod.Put, "/demo/faults", """{"denied":["secrets","pods/log"],"failures":1,"status":429}""")).EnsureSuccessStatusCode();

        using var busy = await cluster.Client.GetAsync("/api/v1/pods");
        using var pods = await cluster.Client.GetAsync("/api/v1/pods");
        using var secrets = await cluster.Client.GetAsync("/api/v1/secrets");
        using var log = await cluster.Client.GetAsync("/api/v1/namespaces/prod/pods/noisy/log");
        (await cluster.SendAsync(HttpMethod.Put, "/demo/faults", "{}")).EnsureSuccessStatusCode();
        using var allowed = await cluster.Client.GetAsync("/api/v1/secrets");

        ((int)busy.StatusCode).Should().Be(429);
        busy.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(1));
        ((int)pods.StatusCode).Should().Be(200);
        ((int)secrets.StatusCode).Should().Be(403);
        JsonNode.Parse(await secrets.Content.ReadAsStringAsync())!["message"]!.ToString().Should()
            .EndWith("cannot list resource \"secrets\" in API group \"\" at the cluster scope");
        JsonNode.Parse(await log.Content.ReadAsStringAsync())!["message"]!.ToString().Should().StartWith("pods \"noisy\" is forbidden:").And
            .Contain("resource \"pods/log\"");
        ((int)allowed.StatusCode).Should().Be(200);
    }

    [Fact]
    public async Task So_many_requests_fail_as_were_asked_for()
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Faults.FailNext(2, 500);

        var codes = new List<int>();
        for (var i = 0; i < 3; i++)
            codes.Add((int)(await cluster.Client.GetAsync("/api/v1/pods?limit=1")).StatusCode);

        codes.Should().Equal(500, 500, 200);
    }

    [Fact]
    public async Task Answers_can_be_slow()
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Faults.Delay = TimeSpan.FromMilliseconds(300);
        var clock = Stopwatch.StartNew();

        await cluster.GetAsync("/api/v1/pods?limit=1");

        clock.Elapsed.Should().BeGreaterThan(TimeSpan.FromMilliseconds(280));
    }

    [Fact]
    public async Task A_wrong_failure_status_is_refused()
    {
        await using var cluster = await RunningCluster.StartAsync();

        using var answer = await cluster.SendAsync(HttpMethod.Put, "/demo/faults", """{"failures":1,"status":200}""");

        ((int)answer.StatusCode).Should().Be(400);
    }

    [Fact]
    public async Task Requests_are_counted_by_verb_and_path()
    {
        await using var cluster = await RunningCluster.StartAsync();
        await cluster.GetAsync("/api/v1/pods?limit=1");
        await cluster.GetAsync("/api/v1/pods?limit=2");
        await cluster.Client.GetStringAsync("/api/v1/pods?watch=1&timeoutSeconds=1");
        await cluster.GetAsync("/api/v1/namespaces/prod/pods/noisy");

        cluster.Requests.Of("list", "/api/v1/pods").Should().Be(2);
        (await cluster.GetAsync("/demo/requests")).ToJsonString().Should().Be(
            """[{"verb":"get","path":"/api/v1/namespaces/{namespace}/pods/{name}","count":1},{"verb":"list","path":"/api/v1/pods","count":2},"""
                + """{"verb":"watch","path":"/api/v1/pods","count":1}]""");
        (await cluster.SendAsync(HttpMethod.Delete, "/demo/requests")).EnsureSuccessStatusCode();
        (await cluster.GetAsync("/demo/requests")).AsArray().Should().BeEmpty();
    }
}
