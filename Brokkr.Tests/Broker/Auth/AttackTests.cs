using System.Text.Json.Nodes;
using Brokkr.Contracts;
using Google.Api;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Auth;

/// <summary>What somebody tries who has no key, another key, or an agent's key and bad intentions.</summary>
public sealed class AttackTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private const string ListStacks = "/brokkr.v1.StackService/ListStacks";

    public static TheoryData<string, string[]> WrongWays => new()
    {
        { "two keys", ["Bearer {pak}", "Bearer {pak}"] },
        { "two keys in one header", ["Bearer {pak}, Bearer {pak}"] },
        { "no scheme", ["{pak}"] },
        { "another scheme", ["Basic {pak}"] },
        { "an empty key", ["Bearer "] },
        { "an empty header", [""] },
        { "a key with a tail", ["Bearer {pak}x"] },
        { "a key within quotes", ["Bearer \"{pak}\""] },
        { "the role of another", ["Bearer {role}"] },
    };

    [Theory]
    [MemberData(nameof(WrongWays))]
    public async Task A_key_that_is_shown_wrongly_does_not_count(string because, string[] headers)
    {
        var reader = await broker.GivenPakAsync("reader");
        var values = headers.Select(h => h.Replace("{pak}", broker.AdminPak, StringComparison.Ordinal)
            .Replace("{role}", reader.Pak.Replace("brokkr_ro_", "brokkr_adm_", StringComparison.Ordinal), StringComparison.Ordinal)).ToArray();

        var lines = string.Concat(values.Select(v => $"Authorization: {v}\r\n"));
        var answer = await broker.TcpAsync($"GET /api/v1/stacks HTTP/1.1\r\nHost: x\r\n{lines}Connection: close\r\n\r\n", TimeSpan.FromSeconds(30));
        var grpc = await broker.GrpcAsync(ListStacks, [], null, [.. values.Select(v => ("authorization", v))]);

        answer.Should().StartWith("HTTP/1.1 401", because).And.Contain("unauthenticated").And.Contain("WWW-Authenticate: Bearer");
        grpc.Status.Should().Be(StatusCode.Unauthenticated, because);
    }

    [Theory]
    [InlineData("bearer")]
    [InlineData("BEARER")]
    public async Task The_scheme_may_be_written_in_any_case(string scheme) =>
        (await broker.GrpcAsync(ListStacks, [], null, ("authorization", $"{scheme} {broker.AdminPak}"))).Status.Should().Be(StatusCode.OK);

    [Theory]
    [InlineData("?authorization=Bearer%20{pak}")]
    [InlineData("?access_token={pak}")]
    [InlineData("?pak={pak}")]
    public async Task A_key_in_the_query_does_not_count(string query) =>
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/stacks{query.Replace("{pak}", broker.AdminPak, StringComparison.Ordinal)}", null)).Status.Should()
            .Be(401);

    [Fact]
    public async Task A_path_that_names_another_than_the_body_is_refused()
    {
        var (mine, other) = (await broker.GivenAgentAsync(), await broker.GivenAgentAsync());

        (await broker.RestAsync(HttpMethod.Patch, $"/api/v1/agents/{mine.Id}/health-status", mine.Pak,
            $$"""{"agent_id":"{{other.Id}}","deployment_objects":[]}"""))
            .Body["error"]!.GetValue<string>().Should().Be("invalid_field");
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/agents/{mine.Id}/target-state?agent_id={other.Id}", mine.Pak)).Status.Should().Be(400);
        (await broker.RestAsync(HttpMethod.Post, $"/api/v1/agents/{mine.Id}/rotate-pak", broker.AdminPak, $$"""{"id":"{{other.Id}}"}""")).Status.Should()
            .Be(400);
    }

    [Fact]
    public async Task An_agent_neither_sees_nor_touches_what_is_anothers()
    {
        var stack = await broker.GivenStackAsync();
        var victim = await broker.GivenAgentAsync(stack);
        var target = await broker.GivenObjectAsync(stack);
        var attacker = await broker.GivenAgentAsync(await broker.GivenStackAsync());
        await broker.ReportAsync(victim, target, "healthy");
        var request =
            (string)(await broker.RestAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{target}/diagnostics", broker.AdminPak)).Body["request_id"]!;

        var report = await broker.ReportAsync(attacker, target, "failing", "2030-01-15T10:30:00Z");
        report.Body["rejected"]![0]!["reason"]!.GetValue<string>().Should().Be("not_found");
        (await broker.RestAsync(HttpMethod.Post, $"/api/v1/diagnostics/{request}/claim", attacker.Pak)).Status.Should().Be(404);
        (await broker.RestAsync(HttpMethod.Post, $"/api/v1/diagnostics/{request}/result", attacker.Pak, """{"error":"mine"}""")).Status.Should().Be(404);
        foreach (var path in new[] { $"diagnostics/{request}", $"deployment-objects/{target}", $"deployment-objects/{target}/health", $"stacks/{stack}/health",
            "paks", "audit-events", "agents" })
            (await broker.RestAsync(HttpMethod.Get, $"/api/v1/{path}", attacker.Pak)).Status.Should().Be(403, path);
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{target}/health", broker.AdminPak)).Body["status"]!.GetValue<string>().Should()
            .Be("healthy");
    }

    [Theory]
    [InlineData("requested_by", "\"somebody else\"")]
    [InlineData("status", "\"completed\"")]
    [InlineData("attempt", "7")]
    [InlineData("expires_at", "\"2099-01-01T00:00:00Z\"")]
    public async Task What_the_broker_sets_a_caller_cannot(string field, string value)
    {
        var stack = await broker.GivenStackAsync();
        await broker.GivenAgentAsync(stack);
        var target = await broker.GivenObjectAsync(stack);

        var (status, body) = await broker.RestAsync(
            HttpMethod.Post, $"/api/v1/deployment-objects/{target}/diagnostics", broker.AdminPak, $$"""{"{{field}}":{{value}}}""");

        (status, body["error"]!.GetValue<string>()).Should().Be((400, "invalid_field"));
    }

    [Fact]
    public async Task No_answer_holds_a_hash_or_a_secret()
    {
        var agent = await broker.GivenAgentAsync();
        var answers = new List<JsonNode>();
        foreach (var path in new[] { "paks?page_size=500", "agents?page_size=500", $"agents/{agent.Id}", "audit-events?page_size=500" })
            answers.Add((await broker.RestAsync(HttpMethod.Get, $"/api/v1/{path}", broker.AdminPak)).Body);

        Pak.TryParse(agent.Pak, out var pak).Should().BeTrue();
        string.Concat(answers.Select(a => a.ToJsonString())).Should().NotContain(agent.Pak[^38..]).And.NotContain(Convert.ToBase64String(pak!.SecretHash)).And
            .NotContain("secret");
    }

    [Fact]
    public void Both_faces_of_a_method_have_one_policy_and_each_method_one_path()
    {
        var endpoints = broker.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        var rest = endpoints.Where(e => e.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is not null).ToList();
        foreach (var endpoint in rest)
        {
            var method = endpoint.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>()!.MethodDescriptor;
            var twin = endpoints.Single(e => e.RoutePattern.RawText!.TrimStart('/') == $"{method.Service.FullName}/{method.Name}");
            Policies(endpoint).Should().Equal(Policies(twin), method.FullName).And.NotBeEmpty();
            method.GetOptions().GetExtension(AnnotationsExtensions.Http).AdditionalBindings.Should().BeEmpty(method.FullName);
        }

        rest.Select(e => e.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>()!.MethodDescriptor.FullName).Should().OnlyHaveUniqueItems();
        endpoints.Except(rest).Where(e =>
            e.Metadata.GetMetadata<GrpcMethodMetadata>() is null && !e.RoutePattern.RawText!.Contains("unimplemented", StringComparison.OrdinalIgnoreCase))
            .Select(e => e.RoutePattern.RawText!.TrimStart('/').Split('/')[0]).Distinct().Should()
            .BeSubsetOf(["healthz", "readyz", "metrics", "openapi", "docs", "ui", ""]);

        static IEnumerable<string?> Policies(RouteEndpoint endpoint) => endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(a => a.Policy);
    }

    [Theory]
    [InlineData("/brokkr.v1.StackService/Nothing")]
    [InlineData("/brokkr.v1.NothingService/ListStacks")]
    public async Task An_unknown_method_is_unimplemented_with_a_key_and_closed_without(string method)
    {
        (await broker.GrpcAsync(method, [])).Status.Should().Be(StatusCode.Unauthenticated);
        (await broker.GrpcAsync(method, [], null, ("authorization", $"Bearer {broker.AdminPak}"))).Status.Should().Be(StatusCode.Unimplemented);
    }

    [Fact]
    public async Task Reflection_is_closed_without_a_key()
    {
        var request = new global::Grpc.Reflection.V1Alpha.ServerReflectionRequest { ListServices = "" }.ToByteArray();
        const string method = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";

        (await broker.GrpcAsync(method, request)).Status.Should().Be(StatusCode.Unauthenticated);
        (await broker.GrpcAsync(method, request, null, ("authorization", $"Bearer {broker.AdminPak}"))).Status.Should().Be(StatusCode.OK);
    }
}
