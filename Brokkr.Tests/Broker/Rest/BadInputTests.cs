using Brokkr.Contracts;
using Google.Rpc;
using Grpc.Core;

namespace Brokkr.Tests.Broker.Rest;

public sealed class BadInputTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Theory]
    [InlineData("malformed", """{"deployment_obj""", "malformed_json", "line 1")]
    [InlineData("trailing junk", """{} {}""", "malformed_json", "line 1")]
    [InlineData("comment", """{/* no */}""", "malformed_json", "comments")]
    [InlineData("misspelt field", """{"deployment_object":[]}""", "invalid_field", "deployment_objects")]
    [InlineData("camel case", """{"deploymentObjects":[]}""", "invalid_field", "deployment_objects")]
    [InlineData("unknown word", """{"deployment_objects":[{"status":"Healthy"}]}""", "invalid_field", "$.deployment_objects[0].status")]
    [InlineData("enum as a number", """{"deployment_objects":[{"status":1}]}""", "invalid_field", "\"healthy\"")]
    [InlineData("bad time", """{"deployment_objects":[{"checked_at":"yesterday"}]}""", "invalid_field", "RFC 3339")]
    [InlineData("fraction for an integer", """{"deployment_objects":[{"summary":{"pods_ready":1.5}}]}""", "invalid_field",
        "$.deployment_objects[0].summary.pods_ready")]
    [InlineData("text for an integer", """{"deployment_objects":[{"summary":{"pods_ready":"1"}}]}""", "invalid_field", "whole number")]
    [InlineData("object for a list", """{"deployment_objects":{}}""", "invalid_field", "array")]
    [InlineData("twice", """{"deployment_objects":[],"deployment_objects":[]}""", "invalid_field", "twice")]
    [InlineData("half a pair", """{"deployment_objects":[{"id":"\ud800"}]}""", "invalid_field", "surrogate")]
    [InlineData("empty", "", "empty_body", "JSON object")]
    public async Task A_body_that_cannot_be_read_is_refused_with_its_place(string because, string json, string word, string sentence)
    {
        var agent = await broker.GivenAgentAsync();

        var (status, body) = await broker.RestAsync(HttpMethod.Patch, $"/api/v1/agents/{agent.Id}/health-status", agent.Pak, json);

        status.Should().Be(400, because);
        body["error"]!.GetValue<string>().Should().Be(word, because);
        body["message"]!.GetValue<string>().Should().Contain(sentence, because);
        body.AsObject().Select(p => p.Key).Should().Equal("error", "message");
    }

    [Theory]
    [InlineData("GET", "/api/v1/stacks/not-a-uuid", 400, "invalid_argument")]
    [InlineData("GET", "/api/v1/stacks/7f3c2a10-5b1e-4c56-9d3a-0f6f1f5e2b11", 404, "not_found")]
    [InlineData("GET", "/api/v1/deployment-objects/7f3c2a10-5b1e-4c56-9d3a-0f6f1f5e2b11/health", 404, "not_found")]
    [InlineData("GET", "/api/v1/stacks?page_size=501", 400, "invalid_argument")]
    [InlineData("GET", "/api/v1/stacks?page_size=many", 400, "invalid_argument")]
    [InlineData("GET", "/api/v1/stacks?page_token=x!", 400, "invalid_argument")]
    [InlineData("GET", "/api/v1/stacks?pagesize=5", 400, "unknown_parameter")]
    [InlineData("GET", "/api/v1/nothing", 404, "not_found")]
    [InlineData("PUT", "/api/v1/stacks", 405, "method_not_allowed")]
    public async Task A_wrong_path_or_parameter_is_named(string verb, string path, int expected, string word)
    {
        var (status, body) = await broker.RestAsync(new(verb), path, broker.AdminPak);

        status.Should().Be(expected, body.ToJsonString());
        body["error"]!.GetValue<string>().Should().Be(word);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413_and_another_content_type_415()
    {
        var (large, tooLarge) = await broker
            .RestAsync(HttpMethod.Post, "/api/v1/stacks", broker.AdminPak, $$"""{"name":"{{new string('x', Limits.RequestBytes)}}"}""");
        var (text, unsupported) = await broker.RestAsync(HttpMethod.Post, "/api/v1/stacks", broker.AdminPak, """{"name":"x"}""", "text/plain");

        large.Should().Be(413);
        tooLarge["error"]!.GetValue<string>().Should().Be("body_too_large");
        text.Should().Be(415);
        unsupported["error"]!.GetValue<string>().Should().Be("unsupported_media_type");
    }

    [Theory]
    [InlineData("kind: ConfigMap\\nmetadata: {name: a", "flow mapping")]
    [InlineData("apiVersion: v1\\nkind: ConfigMap\\nmetadata: {}\\n", "metadata.name")]
    [InlineData("- a\\n- b\\n", "mapping")]
    [InlineData("", "no object")]
    [InlineData("a: &a [*a]\\n", "alias")]
    public async Task Manifests_that_cannot_be_read_are_refused_with_line_and_column(string yaml, string sentence)
    {
        var stack = await broker.GivenStackAsync();

        var (status, body) =
            await broker.RestAsync(HttpMethod.Post, $"/api/v1/stacks/{stack}/deployment-objects", broker.AdminPak, $$"""{"name":"x","yaml":"{{yaml}}"}""");

        status.Should().Be(400);
        body["error"]!.GetValue<string>().Should().Be("malformed_manifest");
        body["message"]!.GetValue<string>().Should().Contain(sentence).And.MatchRegex(@"line \d+, column \d+");
    }

    [Fact]
    public async Task The_word_is_the_same_over_grpc()
    {
        var client = new Wire.StackService.StackServiceClient(broker.Grpc);

        var call = async () => await client.GetStackAsync(new() { Id = $"{Guid.NewGuid()}" }, BrokerFixture.As(broker.AdminPak));

        var error = (await call.Should().ThrowAsync<RpcException>()).Which;
        error.StatusCode.Should().Be(StatusCode.NotFound);
        error.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason.Should().Be("not_found");
    }
}
