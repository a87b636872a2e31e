using Grpc.Core;

namespace Brokkr.Tests.Broker.Diagnostics;

/// <summary>What an agent sends is not trusted: the broker cleans it before it stores it.</summary>
public sealed class HostileResultTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task Nul_and_control_characters_and_secrets_in_a_result_are_cleaned_and_nothing_is_lost()
    {
        var stack = await broker.GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        var agent = await broker.GivenAgentAsync(stack);
        var (_, request) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{id}/diagnostics", broker.AdminPak);

        var (status, answer) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/diagnostics/{request["request_id"]}/result", agent.Pak, """
            {"pod_statuses":[{"name":"web-1","namespace":"prod","phase":"Running\u0000","conditions":[],"container_statuses":[]}],
             "events":[{"type":"Warning","reason":"Failed","message":"a\u001b[31mb","count":1}],
             "log_tails":{"web-1/app":["nul \u0000 here","esc \u001b]0;title\u0007","bidi \u202e txt","db_password=hunter2-planted","plain"]}}
            """);

        status.Should().Be(200, answer.ToJsonString());
        var (_, read) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/diagnostics/{request["request_id"]}", broker.AdminPak);
        var lines = read["result"]!["log_tails"]!["web-1/app"]!.AsArray().Select(l => l!.GetValue<string>()).ToList();
        lines.Should().HaveCount(5);
        lines[^1].Should().Be("plain");
        string.Concat(lines).Should().NotContainAny("\0", "\u001b", "\u0007", "\u202e", "hunter2");
        read["result"]!["events"]![0]!["message"]!.GetValue<string>().Should().NotContain("\u001b").And.StartWith("a").And.EndWith("b");
        read["result"]!["redaction"]!["counts"]!.AsObject().Should().NotBeEmpty();
    }

    [Fact]
    public async Task Every_part_of_a_result_is_kept_and_cleaned()
    {
        var stack = await broker.GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        var agent = await broker.GivenAgentAsync(stack);
        var (_, request) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{id}/diagnostics", broker.AdminPak);

        var (status, answer) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/diagnostics/{request["request_id"]}/result", agent.Pak, """
            {"findings":[{"code":"crash_loop","severity":"degraded","kind":"Pod","name":"web-1","namespace":"prod","message":"db_password=hunter2-planted",
                          "advice":"read\u001b[31m it","evidence":["events BackOff","token=hunter2-planted"],"exit_code":3,"affected":2}],
             "pod_statuses":[{"name":"web-1","namespace":"prod","qos_class":"Burstable","container_statuses":[{"name":"app","limits":{"memory":"64Mi"},
              "requests":{"cpu":"1\u0000"},
                          "probes":[{"type":"liveness","kind":"http","target":"http://:8080/?token=hunter2-planted","period_seconds":10}]}]}],
             "workloads":[{"kind":"Deployment","name":"web","namespace":"prod","desired":2,"ready":1,"revision":"4","conditions":[{"type":"Progressing",
              "status":"True"}]}],
             "nodes":[{"name":"node-1","conditions":[{"type":"Ready","status":"True","message":"secret=hunter2-planted"}]}],
             "claims":[{"name":"data","namespace":"prod","phase":"Bound","access_modes":["ReadWriteOnce"]}],
             "quotas":[{"name":"q","namespace":"prod","hard":{"pods":"4"},"used":{"pods":"4"}}]}
            """);

        status.Should().Be(200, answer.ToJsonString());
        var (_, read) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/diagnostics/{request["request_id"]}", broker.AdminPak);
        var result = read["result"]!;
        result.ToJsonString().Should().NotContainAny("hunter2", "\\u001b", "\\u0000");
        result["findings"]![0]!["code"]!.GetValue<string>().Should().Be("crash_loop");
        result["findings"]![0]!["evidence"]!.AsArray().Should().HaveCount(2);
        result["pod_statuses"]![0]!["container_statuses"]![0]!["limits"]!["memory"]!.GetValue<string>().Should().Be("64Mi");
        result["workloads"]![0]!["ready"]!.GetValue<int>().Should().Be(1);
        result["nodes"]![0]!["conditions"]!.AsArray().Should().ContainSingle();
        result["claims"]![0]!["phase"]!.GetValue<string>().Should().Be("Bound");
        result["quotas"]![0]!["used"]!["pods"]!.GetValue<string>().Should().Be("4");
        result["redaction"]!["total"]!.GetValue<int>().Should().Be(4);
    }

    [Fact]
    public async Task Keys_and_counts_of_every_map_are_cleaned()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var id = await broker.RequestAsync(objectId);
        var key = $@"a\u001b[31m\u202e {agent.Pak}";

        var (status, answer) = await broker.SubmitAsync(id, agent.Pak, $$$"""
            {"redaction":{"counts":{"pem":2147483647,"jwt":-5,"{{{key}}}":3,"nul\u0000":1,"secret_value":2147483647},"total":7},
             "log_tails":{"{{{key}}}":["password=hunter2-planted"]},"previous_log_tails":{"{{{key}}}":["x"]},
             "quotas":[{"name":"q","hard":{"{{{key}}}":"1"},"used":{"{{{key}}}":"1"}}],
             "pod_statuses":[{"name":"p","container_statuses":[{"name":"c","requests":{"{{{key}}}":"1"},"limits":{"{{{key}}}":"1"}}]}]}
            """);

        status.Should().Be(200, answer.ToJsonString());
        var (_, read) = await broker.ReadAsync(id);
        var result = read["result"]!;
        var counts = result["redaction"]!["counts"]!.AsObject();
        counts.Select(c => c.Key).Should().BeEquivalentTo("pem", "secret_value", "brokkr_pak");
        counts["secret_value"]!.GetValue<int>().Should().Be(int.MaxValue);
        result["redaction"]!["total"]!.GetValue<int>().Should().Be(int.MaxValue);
        result.ToJsonString().Should().NotContainAny(agent.Pak, agent.Pak[^38..], "hunter2");
        var container = result["pod_statuses"]![0]!["container_statuses"]![0]!;
        var maps = new[]
        {
            result["log_tails"], result["previous_log_tails"], result["quotas"]![0]!["hard"], result["quotas"]![0]!["used"], container["requests"],
            container["limits"],
        };
        maps.Select(m => m!.AsObject().Single().Key).Should().AllBe(@"a\u202e [redacted:brokkr_pak]");
    }

    [Fact]
    public async Task What_is_small_on_the_wire_and_large_as_it_is_stored_is_refused()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var id = await broker.RequestAsync(objectId);
        var client = new Wire.DiagnosticsService.DiagnosticsServiceClient(broker.Grpc);
        var pod = new Wire.PodStatus { ContainerStatuses = { Enumerable.Repeat(new Wire.ContainerStatus(), 900) } };

        var tooMany = async () => await client.SubmitResultAsync(
            new() { RequestId = id, PodStatuses = { Enumerable.Repeat(pod, 60) } }, BrokerFixture.As(agent.Pak));
        var tooLarge = async () => await client.SubmitResultAsync(
            new() { RequestId = id, PodStatuses = { Enumerable.Repeat(pod, 50) } }, BrokerFixture.As(agent.Pak));

        (await tooMany.Should().ThrowAsync<RpcException>()).Which.Status.Detail.Should().Contain("part of the request");
        (await tooLarge.Should().ThrowAsync<RpcException>()).Which.Status.Detail.Should().Contain("as JSON");
        var (status, answer) = await broker.SubmitAsync(id, agent.Pak, $$"""{"events":[{{string.Join(',', Enumerable.Repeat("{}", 1001))}}]}""");
        (status, answer.Text("message")).Should().Be((400, "$.events holds more than 1000 items: send fewer at once."));
        (await broker.ReadAsync(id)).Body.Text("status").Should().Be("pending");
    }

    [Theory]
    [InlineData("""{"log_tails":{"a/b":"one line"}}""", "$.log_tails")]
    [InlineData("""{"log_tails":{"a/b":[1]}}""", "$.log_tails")]
    [InlineData("""{"pod_statuses":{}}""", "$.pod_statuses")]
    [InlineData("""{"collected_at":"soon"}""", "$.collected_at")]
    [InlineData("""{"attempt":0}""", "attempt")]
    public async Task A_result_of_the_wrong_shape_is_refused_with_its_place_and_leaves_the_request_open(string body, string place)
    {
        var stack = await broker.GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        var agent = await broker.GivenAgentAsync(stack);
        var (_, request) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{id}/diagnostics", broker.AdminPak);

        var (status, answer) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/diagnostics/{request["request_id"]}/result", agent.Pak, body);

        status.Should().Be(400);
        answer["message"]!.GetValue<string>().Should().Contain(place);
        var (_, read) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/diagnostics/{request["request_id"]}", broker.AdminPak);
        read["status"]!.GetValue<string>().Should().Be("pending");
    }
}
