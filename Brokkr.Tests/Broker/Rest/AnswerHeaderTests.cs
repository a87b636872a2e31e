using System.Text.Json.Nodes;

namespace Brokkr.Tests.Broker.Rest;

public sealed class AnswerHeaderTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Theory]
    [InlineData("/api/v1/stacks", true, 200)]
    [InlineData("/api/v1/stacks", false, 401)]
    [InlineData("/api/v1/nothing", true, 404)]
    public async Task Every_answer_has_an_identifier_of_its_own_and_keeps_browsers_from_harm(string path, bool withKey, int expected)
    {
        var (first, second) = (await GetAsync(path, withKey), await GetAsync(path, withKey));

        ((int)first.StatusCode).Should().Be(expected);
        Header(first, "x-request-id").Should().MatchRegex("^[0-9a-f]{32}$").And.NotBe(Header(second, "x-request-id"));
        Header(first, "X-Content-Type-Options").Should().Be("nosniff");
        Header(first, "Content-Security-Policy").Should().Contain("default-src 'none'").And.Contain("frame-ancestors 'none'");
        Header(first, "Cache-Control").Should().Be("no-store");
        first.Headers.Contains("Server").Should().BeFalse();
        first.Headers.Contains("Access-Control-Allow-Origin").Should().BeFalse();
        first.Headers.Contains("Strict-Transport-Security").Should().BeFalse("this is not TLS");
    }

    [Fact]
    public async Task The_page_with_the_documentation_may_run_its_own_script_and_nobody_elses()
    {
        using var page = await broker.Http.GetAsync("/docs/");

        page.IsSuccessStatusCode.Should().BeTrue();
        Header(page, "Content-Security-Policy").Should().Contain("script-src 'self' 'unsafe-inline'").And.Contain("default-src 'none'").And
            .Contain("frame-ancestors 'none'").And.NotContain("http");
    }

    [Fact]
    public async Task The_identifier_is_the_brokers_and_stands_in_what_an_internal_error_says()
    {
        await using var broken = await BrokerFixture.StartAsync(_ => { });
        await broken.SqlAsync("ALTER TABLE stacks RENAME TO stacks_away");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/stacks") { Headers = { { "x-request-id", "mine" } } };
        request.Headers.Authorization = new("Bearer", broken.AdminPak);

        using var response = await broken.Http.SendAsync(request);

        ((int)response.StatusCode).Should().Be(500);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        body["message"]!.GetValue<string>().Should().Contain(Header(response, "x-request-id")).And.NotContain("stacks").And.NotContain("mine");
    }

    [Fact]
    public async Task Pages_of_configured_origins_may_call_and_of_others_not()
    {
        await using var open = await BrokerFixture.StartAsync(o => o.CorsOrigins.Add("https://console.example.com"));

        using var allowed = await PreflightAsync(open, "https://console.example.com");
        using var other = await PreflightAsync(open, "https://evil.example.com");
        using var closed = await PreflightAsync(broker, "https://console.example.com");

        Header(allowed, "Access-Control-Allow-Origin").Should().Be("https://console.example.com");
        Header(allowed, "Access-Control-Allow-Headers").Should().ContainEquivalentOf("authorization");
        allowed.Headers.Contains("Access-Control-Allow-Credentials").Should().BeFalse();
        other.Headers.Contains("Access-Control-Allow-Origin").Should().BeFalse();
        closed.Headers.Contains("Access-Control-Allow-Origin").Should().BeFalse();
    }

    [Theory]
    [InlineData(null, "203.0.113.9", "127.0.0.1")]
    [InlineData("127.0.0.1", "203.0.113.9", "203.0.113.9")]
    [InlineData("127.0.0.0/8", "198.51.100.1, 203.0.113.9", "203.0.113.9")]
    [InlineData("10.0.0.0/8", "203.0.113.9", "127.0.0.1")]
    public async Task Where_a_call_came_from_is_believed_of_trusted_proxies_only(string? trusted, string forwarded, string expected)
    {
        await using var proxied = await BrokerFixture.StartAsync(o => o.TrustedProxies = trusted is null ? [] : [trusted]);
        using var request =
            new HttpRequestMessage(HttpMethod.Post, "/api/v1/stacks") { Content = new StringContent("""{"name":"proxied"}""", null, "application/json") };
        request.Headers.Authorization = new("Bearer", proxied.AdminPak);
        request.Headers.Add("X-Forwarded-For", forwarded);

        (await proxied.Http.SendAsync(request)).EnsureSuccessStatusCode();

        (await proxied.SqlAsync("SELECT address FROM audit_trail WHERE object_name = 'proxied'")).Should().Be(expected);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, bool withKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (withKey)
            request.Headers.Authorization = new("Bearer", broker.AdminPak);
        return await broker.Http.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> PreflightAsync(BrokerFixture broker, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/api/v1/stacks")
        {
            Headers = { { "Origin", origin }, { "Access-Control-Request-Method", "POST" }, { "Access-Control-Request-Headers", "authorization,content-type" } },
        };
        return await broker.Http.SendAsync(request);
    }

    private static string Header(HttpResponseMessage response, string name) => string.Join(", ", response.Headers.GetValues(name));
}
