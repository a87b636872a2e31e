using System.Net;
using System.Text.Json.Nodes;
using Brokkr.Broker.Ui.Sessions;
using Brokkr.Contracts;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Ui;

public sealed class SessionTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Theory]
    [InlineData("admin")]
    [InlineData("reader")]
    public async Task The_holder_of_a_key_signs_in_and_out(string role)
    {
        var key = await broker.GivenPakAsync(role);
        using var browser = new PlainBrowser(broker.Urls[0]);

        using (var asked = await browser.GetAsync("/ui"))
            asked.Headers.Location!.ToString().Should().Be("/ui/sign-in");
        using (var signedIn = await browser.SignInAsync(key.Pak, "/ui/diagnostics/1?x=2"))
            (signedIn.StatusCode, signedIn.Headers.Location!.ToString()).Should().Be((HttpStatusCode.SeeOther, "/ui/diagnostics/1?x=2"));
        (await browser.ReadAsync("/ui")).Should().Contain($"<span class=\"role\">{role}</span>");

        var cookie = browser.Cookie;
        (await browser.PostAsync("/ui/sign-out")).Headers.Location!.ToString().Should().Be("/ui/sign-in");
        browser.Cookie = cookie;
        (await browser.GetAsync("/ui")).StatusCode.Should().Be(HttpStatusCode.Redirect, "the session is over, not only the browser's cookie");
        (await AuditAsync(key.Id)).Should().Equal("sign_out", "sign_in");
    }

    [Fact]
    public async Task The_cookie_is_as_closed_as_a_cookie_can_be()
    {
        using var browser = new PlainBrowser(broker.Urls[0]);

        using var answer = await browser.SignInAsync(broker.AdminPak);

        answer.Headers.GetValues("Set-Cookie").Should().ContainSingle().Which.Should()
            .MatchRegex("^brokkr_session=[A-Za-z0-9_-]{43}; path=/; samesite=lax; httponly$");
        var token = browser.Cookie!.Split('=')[1];
        (await broker.SqlAsync($"SELECT COUNT(*) FROM console_sessions WHERE token_hash = sha256('{token}')")).Should().Be(1L, "the database holds the hash");
        (await broker.SqlAsync($"SELECT COUNT(*) FROM console_sessions s WHERE s::text LIKE '%{token}%'")).Should().Be(0L);
    }

    [Fact]
    public async Task Over_tls_the_cookie_is_bound_to_the_host()
    {
        await using var behind = await BrokerFixture.StartAsync(options => options.TrustedProxies = ["127.0.0.1", "::1"]);
        using var browser = new PlainBrowser(behind.Urls[0], ("X-Forwarded-Proto", "https"));

        using var answer = await browser.SignInAsync(behind.AdminPak);

        answer.Headers.GetValues("Set-Cookie").Should().ContainSingle().Which.Should()
            .MatchRegex("^__Host-brokkr=[A-Za-z0-9_-]{43}; path=/; secure; samesite=lax; httponly$");
        (await browser.ReadAsync("/ui")).Should().Contain("Sign out");
    }

    [Fact]
    public async Task The_cookie_counts_for_the_console_and_not_for_the_api()
    {
        using var browser = new PlainBrowser(broker.Urls[0]);
        await browser.SignInAsync(broker.AdminPak);

        (await browser.GetAsync("/api/v1/stacks")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await browser.GetAsync("/uinot")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Wrong_keys_and_those_of_agents_are_refused_on_the_page_itself()
    {
        var agent = await broker.GivenAgentAsync();
        var revoked = await broker.GivenPakAsync("reader");
        await broker.RestAsync(HttpMethod.Delete, $"/api/v1/paks/{revoked.Id}", broker.AdminPak);
        using var browser = new PlainBrowser(broker.Urls[0]);

        foreach (var (pak, says) in new[] { ("nonsense", "This key is not valid"), (revoked.Pak, "This key is not valid"),
            (agent.Pak, "This is the key of an agent"), ("", "This key is not valid") })
        {
            using var answer = await browser.SignInAsync(pak);
            answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
            (await answer.Content.ReadAsStringAsync()).Should().Contain(says).And.NotContain(pak.Length > 20 ? pak : "\0");
            browser.Cookie.Should().BeNull();
        }
    }

    [Theory]
    [InlineData("agent", "forbidden")]
    [InlineData("unknown", "invalid")]
    public async Task A_key_that_signs_nobody_in_leaves_the_trace_of_every_refused_key(string whose, string reason)
    {
        await using var attacked = await BrokerFixture.StartAsync(_ => { });
        var pak = whose == "agent" ? (await attacked.GivenAgentAsync()).Pak : Pak.Create(PakRole.Reader).Reveal();
        using var browser = new PlainBrowser(attacked.Urls[0]);

        using var answer = await browser.SignInAsync(pak);

        answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        var told = new JsonArray();
        await Eventually.IsAsync("the refusal is an event", async () =>
        {
            var (_, body) = await attacked.RestAsync(HttpMethod.Get, "/api/v1/audit-events?action=refuse_key", attacked.AdminPak);
            return (told = body["audit_events"]!.AsArray()).Count > 0;
        });
        told.Select(e => ((string)e!["object_name"]!, (string)e["address"]!, (string)e["object_id"]!)).Should()
            .Equal((reason, "127.0.0.1", pak.Split('_')[2]));
    }

    [Theory]
    [InlineData("https://evil.example/", "/ui")]
    [InlineData("//evil.example/ui/", "/ui")]
    [InlineData("/ui/\\evil.example", "/ui")]
    [InlineData("/api/v1/stacks", "/ui")]
    [InlineData("/uix", "/ui")]
    [InlineData("/ui/\u00e4", "/ui")]
    [InlineData("/ui?x=\u202e", "/ui")]
    [InlineData("/ui/a\r\nSet-Cookie: x=y", "/ui")]
    [InlineData("/ui/sign-in?return=/ui/sign-in", "/ui")]
    [InlineData("/ui?status=failing", "/ui?status=failing")]
    [InlineData("/ui/objects?text=%C3%A9#x", "/ui/objects?text=%C3%A9#x")]
    public async Task Signing_in_leads_to_pages_of_the_console_only(string wanted, string expected)
    {
        using var browser = new PlainBrowser(broker.Urls[0]);

        using var answer = await browser.SignInAsync(broker.AdminPak, wanted);

        answer.Headers.Location!.ToString().Should().Be(expected);
    }

    [Fact]
    public async Task A_session_ends_with_its_key_on_every_broker_and_survives_a_restart()
    {
        var key = await broker.GivenPakAsync("reader");
        using var browser = new PlainBrowser(broker.Urls[0]);
        await browser.SignInAsync(key.Pak);

        await using var another = await broker.AnotherBrokerAsync();
        using var there = new PlainBrowser(another.Urls[0]) { Cookie = browser.Cookie };
        (await there.GetAsync("/ui")).StatusCode.Should().Be(HttpStatusCode.OK);

        await broker.RestAsync(HttpMethod.Delete, $"/api/v1/paks/{key.Id}", broker.AdminPak);
        (await browser.GetAsync("/ui")).StatusCode.Should().Be(HttpStatusCode.Redirect);
        (await there.GetAsync("/ui")).StatusCode.Should().Be(HttpStatusCode.Redirect);
    }

    [Theory]
    [InlineData("ends_at = NOW()", "12 hours are over")]
    [InlineData("last_used_at = NOW() - INTERVAL '1 hour'", "nobody used it for an hour")]
    public async Task A_session_ends_by_itself_and_is_forgotten(string change, string because)
    {
        using var browser = new PlainBrowser(broker.Urls[0]);
        await browser.SignInAsync(broker.AdminPak);
        var hash = $"sha256('{browser.Cookie!.Split('=')[1]}')";
        (await broker.SqlAsync($"SELECT ends_at - created_at = INTERVAL '12 hours' FROM console_sessions WHERE token_hash = {hash}")).Should().Be(true);

        await broker.SqlAsync($"UPDATE console_sessions SET {change} WHERE token_hash = {hash}");

        (await browser.GetAsync("/ui")).StatusCode.Should().Be(HttpStatusCode.Redirect, because);
        await broker.Services.GetRequiredService<ConsoleSessionStore>().SweepAsync(CancellationToken.None);
        (await broker.SqlAsync($"SELECT COUNT(*) FROM console_sessions WHERE token_hash = {hash}")).Should().Be(0L);
    }

    [Fact]
    public async Task A_refresh_is_no_use_and_is_not_audited()
    {
        var key = await broker.GivenPakAsync("admin");
        using var browser = new PlainBrowser(broker.Urls[0]);
        await browser.SignInAsync(key.Pak);
        var session = $"token_hash = sha256('{browser.Cookie!.Split('=')[1]}')";
        await broker.SqlAsync($"UPDATE console_sessions SET last_used_at = NOW() - INTERVAL '50 minutes' WHERE {session}");

        (await browser.GetAsync("/ui", ("X-Brokkr-Refresh", "1"))).StatusCode.Should().Be(HttpStatusCode.OK);
        (await broker.SqlAsync($"SELECT last_used_at < NOW() - INTERVAL '49 minutes' FROM console_sessions WHERE {session}")).Should().Be(true);
        (await browser.GetAsync("/ui")).StatusCode.Should().Be(HttpStatusCode.OK);
        (await broker.SqlAsync($"SELECT last_used_at > NOW() - INTERVAL '1 minute' FROM console_sessions WHERE {session}")).Should().Be(true);
        (await AuditAsync(key.Id)).Should().Equal("sign_in");
    }

    [Fact]
    public async Task A_session_of_a_key_that_expires_ends_no_later()
    {
        var key = await broker.GivenPakAsync("reader", DateTimeOffset.UtcNow.AddHours(2).ToString("O"));
        using var browser = new PlainBrowser(broker.Urls[0]);

        await browser.SignInAsync(key.Pak);

        (await broker.SqlAsync($"SELECT s.ends_at = p.expires_at FROM console_sessions s JOIN paks p ON p.id = s.pak_id WHERE p.id = '{key.Id}'")).Should()
            .Be(true);
    }

    [Fact]
    public async Task Attempts_to_sign_in_are_limited_and_pages_are_not()
    {
        await using var strict = await BrokerFixture.StartAsync(options => options.Console.SignInsPerMinute = 3);
        using var browser = new PlainBrowser(strict.Urls[0]);

        for (var i = 0; i < 3; i++)
            (await browser.SignInAsync("nonsense")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        using var limited = await browser.SignInAsync(strict.AdminPak);

        limited.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        limited.Headers.RetryAfter.Should().NotBeNull();
        (await limited.Content.ReadAsStringAsync()).Should().Contain("Too many requests");
        (await browser.GetAsync("/ui/sign-in")).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_console_can_be_left_out()
    {
        await using var without = await BrokerFixture.StartAsync(options => options.Console.Enabled = false);
        using var browser = new PlainBrowser(without.Urls[0]);

        (await browser.GetAsync("/ui/sign-in")).StatusCode.Should().NotBe(HttpStatusCode.OK);
        (await browser.ReadAsync("/", ("Accept", "text/html"))).Should().Contain("This is a Brokkr broker");
    }

    private async Task<IEnumerable<string>> AuditAsync(string pakId) =>
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/audit-events?actor={pakId}", broker.AdminPak)).Body["audit_events"]!.AsArray()
            .Select(e => (string)e!["action"]!);
}
