using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Brokkr.Tests.Broker.Rest;

/// <summary>A path of REST answers as REST does, whatever its caller says that it sends.</summary>
public sealed class FaceTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc+json")]
    [InlineData("application/grpc-web-text")]
    [InlineData("APPLICATION/GRPC; charset=x")]
    public async Task A_content_type_of_grpc_makes_no_grpc_of_a_path_of_rest(string contentType)
    {
        foreach (var (method, path, key, expected) in new[]
        {
            (HttpMethod.Post, "/api/v1/stacks", broker.AdminPak, contentType.EndsWith("+json", StringComparison.Ordinal) ? 400 : 415),
            (HttpMethod.Post, "/api/v1/stacks", "nonsense", 401),
            (HttpMethod.Post, "/api/v1/nothing/here", broker.AdminPak, 404), (HttpMethod.Put, "/api/v1/stacks", broker.AdminPak, 405),
            (HttpMethod.Post, "/brokkr.v1.StackService/NoSuchMethod", broker.AdminPak, 404),
        })
        {
            var (status, body) = await SendAsync(method, path, key, "{}", contentType);

            status.Should().Be(expected, $"{method} {path}");
            body["error"]!.GetValue<string>().Should().NotBeEmpty();
        }
    }

    [Theory]
    [InlineData("application/json; charset=bogus")]
    [InlineData("application/json; charset=us-ascii")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=\"iso-8859-1\"")]
    public async Task A_character_set_other_than_utf8_is_415_on_any_call(string contentType)
    {
        (await SendAsync(HttpMethod.Post, "/api/v1/stacks", broker.AdminPak, """{"name":"x"}""", contentType)).Status.Should().Be(415);
        (await SendAsync(HttpMethod.Get, "/api/v1/stacks", broker.AdminPak, null, contentType)).Status.Should().Be(415);
        var (_, body) = await SendAsync(HttpMethod.Delete, $"/api/v1/stacks/{Guid.NewGuid()}", broker.AdminPak, "", contentType);
        body["error"]!.GetValue<string>().Should().Be("unsupported_media_type");
    }

    [Theory]
    [InlineData("application/json; charset=UTF-8")]
    [InlineData("application/json; charset=\"utf-8\"")]
    public async Task Utf8_may_be_named(string contentType)
    {
        var (status, body) = await SendAsync(HttpMethod.Post, "/api/v1/stacks", broker.AdminPak, $$"""{"name":"n{{Guid.NewGuid():N}}"}""", contentType);

        status.Should().Be(201, body.ToJsonString());
        (await SendAsync(HttpMethod.Delete, $"/api/v1/stacks/{Guid.NewGuid()}", broker.AdminPak, null, contentType)).Status.Should().Be(404);
        (await SendAsync(HttpMethod.Get, "/api/v1/stacks?page_size=-1", broker.AdminPak, null, contentType)).Status.Should().Be(400);
    }

    [Theory]
    [InlineData("text/plain; charset=utf-8")]
    [InlineData("text/plain; charset=\"utf-8\"")]
    public async Task What_is_not_json_is_415_however_its_character_set_is_named(string contentType) =>
        (await SendAsync(HttpMethod.Post, "/api/v1/stacks", broker.AdminPak, """{"name":"x"}""", contentType)).Status.Should().Be(415);

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFFFF")]
    [InlineData("7FFFFFFFFFFFFFFFF")]
    [InlineData("zz")]
    public async Task A_piece_whose_size_is_none_is_400(string size)
    {
        var answer = await broker.TcpAsync(
            $"POST /api/v1/stacks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {broker.AdminPak}\r\nContent-Type: application/json\r\n"
            + $"Transfer-Encoding: chunked\r\n\r\n{size}\r\n{{}}\r\n0\r\n\r\n", TimeSpan.FromSeconds(60));

        answer.Should().StartWith("HTTP/1.1 400").And.Contain("bad_request").And.Contain("x-request-id");
    }

    [Theory]
    [InlineData("/brokkr.v1.HealthService/")]
    [InlineData("/brokkr.v1.HealthService/No")]
    [InlineData("/x.Y/Z")]
    public async Task A_path_of_grpc_that_nothing_answers_is_no_method_of_grpc(string path)
    {
        var (status, text) = await broker.GrpcAsync(path, [], null, ("authorization", $"Bearer {broker.AdminPak}"));

        status.Should().Be(Grpc.Core.StatusCode.Unimplemented);
        text.Should().Contain("brokkr");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json")]
    public async Task A_method_of_grpc_that_is_not_called_as_one_is_answered_as_rest_alone(string contentType)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(broker.Urls[1], "/brokkr.v1.StackService/ListStacks"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { ContentType = new(contentType) } },
        };
        request.Headers.Authorization = new("Bearer", broker.AdminPak);

        using var answer = await http.SendAsync(request);

        answer.StatusCode.Should().Be(HttpStatusCode.UnsupportedMediaType);
        answer.Headers.Concat(answer.TrailingHeaders).Select(h => h.Key).Should().NotContain(h => h.StartsWith("grpc-"));
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!.GetValue<string>().Should().Be("unsupported_media_type");
    }

    [Fact]
    public async Task A_service_that_the_health_check_of_grpc_does_not_know_is_told_in_our_form()
    {
        var (status, text) = await broker.GrpcAsync(
            "/grpc.health.v1.Health/Check", Google.Protobuf.MessageExtensions.ToByteArray(new Grpc.Health.V1.HealthCheckRequest { Service = "x" }));

        status.Should().Be(Grpc.Core.StatusCode.NotFound);
        text.Should().Contain("brokkr").And.Contain("not_found");
    }

    [Fact]
    public async Task A_head_that_is_too_large_is_told_in_our_words()
    {
        var headers = string.Concat(Enumerable.Range(0, 70).Select(i => $"X-{i}: 1\r\n"));
        foreach (var request in (string[])[
            $"GET /api/v1/stacks HTTP/1.1\r\nHost: x\r\n{headers}\r\n", $"GET /api/v1/stacks HTTP/1.1\r\nHost: x\r\nX: {new string('x', 20_000)}\r\n\r\n",
            $"GET /{new string('x', 9_000)} HTTP/1.1\r\nHost: x\r\n\r\n"])
        {
            (await broker.TcpAsync(request, TimeSpan.FromSeconds(60))).Should().StartWith("HTTP/1.1 431").And.Contain("head_too_large")
                .And.Contain("x-request-id");
        }
    }

    private async Task<(int Status, JsonNode Body)> SendAsync(HttpMethod method, string path, string key, string? body, string contentType)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body ?? "")) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await broker.Http.SendAsync(request);
        response.Content.Headers.ContentType?.MediaType.Should().Be("application/json", $"{response.StatusCode} of {HttpStatusCode.OK}");
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }
}
