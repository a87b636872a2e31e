using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Brokkr.Contracts;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace Brokkr.Tests.Broker.Rest;

/// <summary>What is too much is refused with the same word over REST and gRPC, and costs the broker little.</summary>
public sealed class LimitTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private const string CreateStack = "/brokkr.v1.StackService/CreateStack";

    private Wire.StackService.StackServiceClient Stacks => new(broker.Grpc);

    [Theory]
    [InlineData("announced", false, 5)]
    [InlineData("in pieces", true, 5)]
    [InlineData("many times too large", false, 40)]
    public async Task A_body_that_is_too_large_is_answered_to_clients_that_send_all_of_it_first(string because, bool chunked, int megabytes)
    {
        for (var i = 0; i < 3; i++)
        {
            using var request = Request(new ByteArrayContent(new byte[megabytes * 1024 * 1024]));
            request.Headers.TransferEncodingChunked = chunked;

            using var response = await broker.Http.SendAsync(request);

            response.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge, because);
            (await response.Content.ReadAsStringAsync()).Should().Contain("\"body_too_large\"");
        }
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_refused_over_grpc_with_the_same_word()
    {
        var error = await ErrorOfAsync(() =>
            Stacks.CreateStackAsync(new() { Name = new string('x', Limits.RequestBytes) }, BrokerFixture.As(broker.AdminPak)).ResponseAsync);

        error.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason.Should().Be("body_too_large");
    }

    [Fact]
    public async Task A_message_that_unpacks_to_too_much_is_given_up_and_one_that_does_not_is_read()
    {
        var bomb = Packed(new byte[256 * 1024 * 1024]);
        bomb.Length.Should().BeLessThan(Limits.RequestBytes);
        var before = GC.GetTotalAllocatedBytes();

        var (status, text) = await broker.GrpcAsync(CreateStack, bomb, "gzip", ("authorization", $"Bearer {broker.AdminPak}"));

        (status, text.Contains("body_too_large", StringComparison.Ordinal)).Should().Be((StatusCode.InvalidArgument, true), text);
        (GC.GetTotalAllocatedBytes() - before).Should().BeLessThan(200 * 1024 * 1024);
        var stack = new Wire.CreateStackRequest { Name = "packed" }.ToByteArray();
        (await broker.GrpcAsync(CreateStack, Packed(stack), "gzip", ("authorization", $"Bearer {broker.AdminPak}"))).Status.Should().Be(StatusCode.OK);
        (await broker.GrpcAsync(CreateStack, stack, "br", ("authorization", $"Bearer {broker.AdminPak}"))).Status.Should().Be(StatusCode.Unimplemented);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("identity, gzip")]
    public async Task A_packed_body_is_refused_over_rest(string encoding)
    {
        using var request = Request(new ByteArrayContent(Packed("""{"name":"x"}"""u8.ToArray())));
        request.Content!.Headers.TryAddWithoutValidation("Content-Encoding", encoding);

        using var response = await broker.Http.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task What_nests_too_deep_is_refused()
    {
        var json = $$"""{"name":{{string.Concat(Enumerable.Repeat("[", 100_000))}}""";
        (await broker.RestAsync(HttpMethod.Post, "/api/v1/stacks", broker.AdminPak, json)).Body["error"]!.GetValue<string>().Should().Be("malformed_json");

        var agent = await broker.GivenAgentAsync();
        var (status, text) = await broker.GrpcAsync(
            "/brokkr.v1.DiagnosticsService/SubmitResult", Nested(2000), null, ("authorization", $"Bearer {agent.Pak}"));
        (status, text.Contains("malformed_message", StringComparison.Ordinal)).Should().Be((StatusCode.InvalidArgument, true), text);
    }

    [Fact]
    public async Task Bytes_that_are_no_message_are_refused_over_grpc()
    {
        var (status, text) = await broker.GrpcAsync(CreateStack, [0xff, 0xff, 0xff], null, ("authorization", $"Bearer {broker.AdminPak}"));

        (status, text.Contains("malformed_message", StringComparison.Ordinal)).Should().Be((StatusCode.InvalidArgument, true), text);
    }

    [Theory]
    [InlineData(501)]
    [InlineData(1_000_000_000)]
    [InlineData(-1)]
    public async Task A_page_has_its_bounds_everywhere(int size)
    {
        var paths = new[] { "stacks", "agents", "paks", "audit-events", "health" };
        foreach (var path in paths)
            (await broker.RestAsync(HttpMethod.Get, $"/api/v1/{path}?page_size={size}", broker.AdminPak)).Status.Should().Be(400, path);
        (await ErrorOfAsync(() => Stacks.ListStacksAsync(new() { PageSize = size }, BrokerFixture.As(broker.AdminPak)).ResponseAsync)).StatusCode.Should()
            .Be(StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task Names_reports_and_lists_of_a_report_have_their_bounds()
    {
        var name = new string('x', 1024 * 1024);
        foreach (var path in new[] { "stacks", "agents", "paks" })
            (await broker.RestAsync(HttpMethod.Post, $"/api/v1/{path}", broker.AdminPak, new JsonObject { ["name"] = name }.ToJsonString())).Status.Should()
                .Be(400, path);

        var stack = await broker.GivenStackAsync();
        var agent = await broker.GivenAgentAsync(stack);
        var target = await broker.GivenObjectAsync(stack);
        var health = new Wire.HealthService.HealthServiceClient(broker.Grpc);
        var many = new Wire.ReportHealthRequest { AgentId = agent.Id };
        many.DeploymentObjects.AddRange(Enumerable.Range(0, Limits.ReportItems + 1).Select(_ => new Wire.DeploymentObjectReport()));
        (await ErrorOfAsync(() => health.ReportHealthAsync(many, BrokerFixture.As(agent.Pak)).ResponseAsync)).StatusCode.Should()
            .Be(StatusCode.InvalidArgument);
        var swollen = new Wire.DeploymentObjectReport { Id = target, Status = Wire.HealthStatus.Types.Word.Healthy, Summary = new() };
        swollen.Summary.Conditions.AddRange(Enumerable.Range(0, 1_000).Select(i => $"C{i}"));
        var answer = await health.ReportHealthAsync(new() { AgentId = agent.Id, DeploymentObjects = { swollen } }, BrokerFixture.As(agent.Pak));
        answer.Rejected.Should().ContainSingle().Which.Reason.Should().Be("too_large");
    }

    [Theory]
    [InlineData("a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: "
        + "&e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n", 400, "malformed_manifest")]
    [InlineData("[[[[*", 400, "malformed_manifest")]
    public async Task Manifests_that_unfold_or_nest_too_far_are_refused_over_both(string yaml, int expected, string word)
    {
        var stack = await broker.GivenStackAsync();
        foreach (var text in new[] { yaml, new string('[', 200_000), string.Concat(Enumerable.Repeat("a:\n---\n", 600)) })
        {
            var (status, body) = await broker.RestAsync(
                HttpMethod.Post, $"/api/v1/stacks/{stack}/deployment-objects", broker.AdminPak,
                new JsonObject { ["name"] = "x", ["yaml"] = text }.ToJsonString());
            (status, body["error"]!.GetValue<string>()).Should().Be((expected, word));
            var error = await ErrorOfAsync(() =>
                Stacks.SubmitDeploymentObjectAsync(new() { StackId = stack, Name = "x", Yaml = text }, BrokerFixture.As(broker.AdminPak)).ResponseAsync);
            error.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason.Should().Be(word);
        }

        var large = new JsonObject { ["name"] = "x", ["yaml"] = new string('#', Limits.ManifestBytes + 1) }.ToJsonString();
        (await broker.RestAsync(HttpMethod.Post, $"/api/v1/stacks/{stack}/deployment-objects", broker.AdminPak, large)).Body["error"]!.GetValue<string>()
            .Should().Be("manifest_too_large");
    }

    [Fact]
    public async Task A_body_that_trickles_in_is_given_up()
    {
        var began = TimeProvider.System.GetTimestamp();

        var answer = await broker.TcpAsync(
            $"POST /api/v1/stacks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {broker.AdminPak}\r\nContent-Type: application/json\r\nContent-Length: "
            + $"1000\r\n\r\n{{",
            TimeSpan.FromSeconds(60));

        answer.Should().StartWith("HTTP/1.1 408").And.Contain("request_timeout");
        TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(TimeSpan.FromSeconds(45));
    }

    [Fact]
    public async Task A_request_that_takes_too_long_is_given_up()
    {
        await using var impatient = await BrokerFixture.StartAsync(o => o.Limits.RequestTimeoutSeconds = 2);
        await impatient.GivenStackAsync();
        await using var connection = await impatient.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var blocking = new Npgsql.NpgsqlCommand("LOCK TABLE stacks", connection);
        await blocking.ExecuteNonQueryAsync();

        var (status, body) = await impatient.RestAsync(HttpMethod.Get, "/api/v1/stacks", impatient.AdminPak);
        var error = await ErrorOfAsync(() =>
            new Wire.StackService.StackServiceClient(impatient.Grpc).ListStacksAsync(new(), BrokerFixture.As(impatient.AdminPak)).ResponseAsync);

        (status, body["error"]!.GetValue<string>()).Should().Be((408, "request_timeout"));
        error.StatusCode.Should().Be(StatusCode.DeadlineExceeded);
    }

    /// <summary>Their message may trickle in just as slowly; what they are held for is within the limit's least value.</summary>
    [Fact]
    public async Task Polls_are_given_up_like_any_other_request()
    {
        await using var impatient = await BrokerFixture.StartAsync(o => o.Limits.RequestTimeoutSeconds = 2);
        var agent = await impatient.GivenAgentAsync();
        var client = new Wire.DiagnosticsService.DiagnosticsServiceClient(impatient.Grpc);

        var error =
            await ErrorOfAsync(() => client.PollDiagnosticsAsync(new() { AgentId = agent.Id, WaitSeconds = 20 }, BrokerFixture.As(agent.Pak)).ResponseAsync);

        error.StatusCode.Should().Be(StatusCode.DeadlineExceeded);
    }

    [Theory]
    [InlineData("too many headers")]
    [InlineData("a long header")]
    [InlineData("a long path")]
    public async Task Heads_of_requests_have_their_bounds(string what)
    {
        var text = what switch
        {
            "too many headers" => $"GET /api/v1/stacks HTTP/1.1\r\nHost: x\r\n{string.Concat(Enumerable.Range(0, 100).Select(i => $"X-{i}: 1\r\n"))}\r\n",
            "a long header" => $"GET /api/v1/stacks HTTP/1.1\r\nHost: x\r\nX: {new string('x', 20_000)}\r\n\r\n",
            _ => $"GET /{new string('x', 20_000)} HTTP/1.1\r\nHost: x\r\n\r\n",
        };

        (await broker.TcpAsync(text, TimeSpan.FromSeconds(30))).Should().MatchRegex("^HTTP/1.1 4(31|14) ");
    }

    private HttpRequestMessage Request(HttpContent content)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new(HttpMethod.Post, "/api/v1/stacks")
        {
            Content = content,
            Headers = { Authorization = new("Bearer", broker.AdminPak), ExpectContinue = false }
        };
    }

    private static byte[] Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>A log_tails entry whose list holds lists in lists.</summary>
    private static byte[] Nested(int depth)
    {
        var list = new Google.Protobuf.WellKnownTypes.Value { StringValue = "x" };
        for (var i = 0; i < depth; i++)
            list = new() { ListValue = new() { Values = { list } } };
        var request = new Wire.SubmitResultRequest { RequestId = $"{Guid.NewGuid()}" };
        request.LogTails["pod/container"] = new() { Values = { list } };
        return request.ToByteArray();
    }

    private static async Task<RpcException> ErrorOfAsync(Func<Task> call) => (await call.Should().ThrowAsync<RpcException>()).Which;
}
