
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
