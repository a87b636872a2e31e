using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Ui;

/// <summary>What every answer below <c>/ui</c> has, as a browser receives it.</summary>
public sealed partial class PageTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; "
        + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    [Theory]
    [InlineData("text/html,application/xhtml+xml", "/ui")]
    [InlineData("*/*", null)]
    [InlineData("application/json", null)]
    public async Task The_front_door_leads_browsers_to_the_console_and_tells_programs_what_this_is(string accept, string? leadsTo)
    {
        using var browser = new PlainBrowser(broker.Urls[0]);

        using var answer = await browser.GetAsync("/", ("Accept", accept));

        answer.Headers.Location?.ToString().Should().Be(leadsTo);
        if (leadsTo is null)
            (await answer.Content.ReadAsStringAsync()).Should().Contain("This is a Brokkr broker.").And.Contain("/docs");
    }

    [Theory]
    [InlineData("/ui/sign-in", 200)]
    [InlineData("/ui", 200)]
    [InlineData("/ui/nothing", 404)]
    [InlineData("/ui/assets/nothing.css", 404)]
    [InlineData("/ui/diagnostics/nonsense", 404)]
    public async Task Every_answer_has_the_policy_and_is_a_page(string path, int status)
    {
        using var browser = await SignedInAsync();

        using var answer = await browser.GetAsync(path == "/ui/sign-in" ? "/ui/sign-in?signed=in" : path);

        if (path == "/ui/sign-in")
            answer.StatusCode.Should().Be(HttpStatusCode.SeeOther, "who is signed in needs no form");
        else
            ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType).Should().Be((status, "text/html"));
        answer.Headers.GetValues("Content-Security-Policy").Should().Equal(Policy);
        answer.Headers.GetValues("Referrer-Policy").Should().Equal("same-origin");
        answer.Headers.GetValues("Cache-Control").Should().Equal("no-store");
    }

    [Fact]
    public async Task Errors_are_pages_that_say_what_to_do()
    {
        using var browser = await SignedInAsync("reader");

        (await browser.ReadAsync("/ui/nothing")).Should().Contain("<h1>Not found</h1>").And.Contain("Sign out");
        using var refused = await browser.PostAsync("/ui/diagnostics");
        refused.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await refused.Content.ReadAsStringAsync()).Should().Contain("<h1>Not allowed</h1>");
        (await browser.PostAsync("/ui")).StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task A_database_that_is_away_is_a_page_with_the_request_id()
    {
        await using var broken = await BrokerFixture.StartAsync(_ => { });
        using var browser = new PlainBrowser(broken.Urls[0]);
        await browser.SignInAsync(broken.AdminPak);
        await broken.SqlAsync("ALTER TABLE console_sessions RENAME TO gone");

        using var answer = await browser.GetAsync("/ui");

        answer.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        (await answer.Content.ReadAsStringAsync()).Should().Contain("The broker failed").And.Contain(answer.Headers.GetValues("x-request-id").Single()).And
            .NotContain("console_sessions");
    }

    [Fact]
    public async Task Assets_are_packed_named_by_what_they_hold_and_kept_for_good()
    {
        using var browser = await SignedInAsync();
        var files = AssetPath().Matches(await browser.ReadAsync("/ui")).Select(m => m.Value).Distinct().ToList();
        files.Should().HaveCount(4);

        foreach (var file in files)
        {
            using var plain = await browser.GetAsync(file);
            using var packed = await browser.GetAsync(file, ("Accept-Encoding", "gzip"));
            using var small = await browser.GetAsync(file, ("Accept-Encoding", "gzip, br"));
            plain.Headers.CacheControl!.ToString().Should().Be("public, max-age=31536000, immutable");
            (packed.Content.Headers.ContentEncoding.Single(), small.Content.Headers.ContentEncoding.Single()).Should().Be(("gzip", "br"));
            await using var unpacked = new BrotliStream(await small.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
            using var text = new StreamReader(unpacked);
            (await text.ReadToEndAsync()).Should().Be(await plain.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task Pages_are_packed_and_the_first_one_is_small()
    {
        using var browser = await SignedInAsync();

        using var page = await browser.GetAsync("/ui", ("Accept-Encoding", "br"));
        var bytes = (await page.Content.ReadAsByteArrayAsync()).Length;
        foreach (var file in AssetPath().Matches(await browser.ReadAsync("/ui")).Select(m => m.Value).Distinct())
        {
            using var asset = await browser.GetAsync(file, ("Accept-Encoding", "br"));
            bytes += (await asset.Content.ReadAsByteArrayAsync()).Length;
        }

        page.Content.Headers.ContentEncoding.Should().Equal("br");
        bytes.Should().BeLessThan(60 * 1024);
    }

    [Theory]
    [InlineData("cross-site", null, false)]
    [InlineData("same-site", null, false)]
    [InlineData("none", null, false)]
    [InlineData(null, null, false)]
    [InlineData(null, "null", false)]
    [InlineData(null, "https://evil.example", false)]
    [InlineData("cross-site", "own", false)]
    [InlineData("same-origin", null, true)]
    [InlineData("same-origin", "https://evil.example", true)]
    [InlineData(null, "own", true)]
    public async Task What_changes_something_must_come_from_the_console_itself(string? site, string? origin, bool passes)
    {
        using var browser = await SignedInAsync();
        List<(string, string)> headers = [];
        if (site is not null)
            headers.Add(("Sec-Fetch-Site", site));
        if (origin is not null)
            headers.Add(("Origin", origin == "own" ? broker.Urls[0].GetLeftPart(UriPartial.Authority) : origin));

        foreach (var path in new[] { "/ui/theme", "/ui/sign-out" })
            (await browser.PostAsync(path, [.. headers], ("theme", "dark"))).StatusCode.Should()
                .BeOneOf(passes ? [HttpStatusCode.SeeOther, HttpStatusCode.Redirect] : [HttpStatusCode.Forbidden]);
        (await browser.PostAsync("/ui/sign-in", [.. headers], ("pak", broker.AdminPak))).StatusCode.Should()
            .Be(passes ? HttpStatusCode.SeeOther : HttpStatusCode.Forbidden);
    }

    [Fact]
    public void No_page_that_is_read_takes_another_verb_and_none_that_acts_takes_a_get()
    {
        var endpoints = broker.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith("/ui", StringComparison.Ordinal)).ToList();

        endpoints.Should().HaveCountGreaterThan(8);
        endpoints.Select(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Single()).Should().OnlyContain(m => m == "GET" || m == "POST");
    }

    [GeneratedRegex(@"/ui/assets/[a-z]+\.[0-9a-f]{12}\.(css|js|svg)")]
    private static partial Regex AssetPath();

    private Task<PlainBrowser> SignedInAsync(string role = "admin") => PlainBrowser.SignedInAsync(broker, role);
}
