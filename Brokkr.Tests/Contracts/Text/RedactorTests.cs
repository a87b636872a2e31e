using System.Text;
using Brokkr.Contracts;
using Brokkr.Contracts.Text;

namespace Brokkr.Tests.Contracts.Text;

public sealed class RedactorTests
{
    [Theory]
    [InlineData("password=hunter2secret", "hunter2secret")]
    [InlineData("db_password: s3cr3t-value", "s3cr3t-value")]
    [InlineData("DB_PASSWORD='quoted value'", "quoted value")]
    [InlineData("{\"password\":\"in json\"}", "in json")]
    [InlineData("{\\\"password\\\":\\\"in nested json\\\"}", "in nested")]
    [InlineData("user=ann pwd=abc12 host=db", "abc12")]
    [InlineData("api_key=ABCDEF123456", "ABCDEF123456")]
    [InlineData("apiKey: ABCDEF123456", "ABCDEF123456")]
    [InlineData("client-secret = zzzz9999", "zzzz9999")]
    [InlineData("aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalr")]
    [InlineData("AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE")]
    [InlineData("Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz")]
    [InlineData("authorization=token 0123456789", "0123456789")]
    [InlineData("sent Bearer abcdef0123456789abcdef", "abcdef0123456789abcdef")]
    [InlineData("Cookie: session=abcdef; theme=dark", "abcdef")]
    [InlineData("postgres://user:p4ss@db/shop", "p4ss")]
    [InlineData("https://blob/x?sv=1&sig=abc%2Bdef", "abc%2Bdef")]
    [InlineData("Server=db;Password=p4ssw0rd;Database=x", "p4ssw0rd")]
    [InlineData("AccountKey=abcdefghijkl==", "abcdefghijkl")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwbGFudGVkIn0.c2lnbmF0dXJl", "eyJhbGci")]
    [InlineData("ghp_0123456789abcdefghij0123456789abcdef", "ghp_0123")]
    [InlineData("github_pat_0123456789abcdefghij0123", "github_pat_0")]
    [InlineData("glpat-0123456789abcdefghij", "glpat-0")]
    [InlineData("xoxb-0123456789-abcdef", "xoxb-0")]
    [InlineData("sk_live_0123456789abcdef", "sk_live_0")]
    [InlineData("npm_0123456789abcdefghij0123456789abcdef", "npm_0")]
    [InlineData("AIzaSyA0123456789abcdefghijklmnopqrstuv", "AIzaSy")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIEabc\n-----END RSA PRIVATE KEY-----", "MIIEabc")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIIEcut", "MIIEcut")]
    [InlineData("MIIEtail\nMIIEtail2\n-----END PRIVATE KEY-----", "MIIEtail")]
    public void A_secret_is_taken_out_and_counted_once(string text, string secret)
    {
        var counts = new Dictionary<string, int>();

        var once = Redactor.Redact(text, counts);
        var total = counts.Values.Sum();
        var twice = Redactor.Redact(once, counts);

        once.Should().NotContain(secret).And.Contain("[redacted:");
        total.Should().BeGreaterThan(0);
        twice.Should().Be(once);
        counts.Values.Sum().Should().Be(total, "a second pass finds nothing");
    }

    [Fact]
    public void Our_own_keys_are_taken_out()
    {
        var pak = Pak.Create(PakRole.Agent).Reveal();

        Redactor.Redact($"using {pak} now", new Dictionary<string, int>()).Should().Be("using [redacted:brokkr_pak] now");
    }

    [Theory]
    [InlineData("ordinary: tokens=5 passwords=0 secretary called, bearer of news")]
    [InlineData("GET /api/v1/tokens?page=2 HTTP/1.1 200 512 0.003")]
    [InlineData("password reset mail was sent to user 42")]
    [InlineData("basic authentication is disabled")]
    [InlineData("java.lang.IllegalStateException: key not found in cache")]
    [InlineData("level=info ts=2026-01-15T10:30:00Z caller=main.go:12 msg=\"listening\" port=8080")]
    [InlineData("commit 3f786850e387550fdab836ed7e6dc881de23001b merged")]
    [InlineData("request 7f3c2a10-5b1e-4c56-9d3a-0f6f1f5e2b11 took 12 ms")]
    [InlineData("http://example.com:8080/path?page=1&size=20")]
    [InlineData("password=null token=none")]
    [InlineData("keyboard=us monkey: banana")]
    public void Ordinary_text_stays_as_it_is(string text)
    {
        var counts = new Dictionary<string, int>();

        Redactor.Redact(text, counts).Should().Be(text);
        counts.Should().BeEmpty();
    }

    [Fact]
    public void The_recorded_noisy_log_loses_its_secrets_and_control_characters_and_keeps_its_last_line()
    {
        var bytes = File.ReadAllBytes(Path.Combine(RepositoryRoot.Fixtures, "recorded", "logs", "noisy.app.log"));
        var counts = new Dictionary<string, int>();

        var log = LogCleaner.Clean(bytes, 50, counts);

        var all = string.Join('\n', log.Lines);
        all.Should().NotContainAny("hunter2-planted", "planted-abcdef", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI", "eyJhbGci", "planted-pass",
            "planted-signature", "MIIplanted", "planted-json-key");
        all.Should().NotMatchRegex(@"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]");
        log.Lines[^1].Should().Be("ordinary: tokens=5 passwords=0 secretary called, bearer of news");
        counts.Values.Sum().Should().BeGreaterThan(8);
    }

    [Fact]
    public void Random_bytes_never_break_the_cleaner_and_never_leave_a_control_character()
    {
        var random = new Random(20260115);
        for (var round = 0; round < 300; round++)
        {
            var bytes = new byte[random.Next(4096)];
            random.NextBytes(bytes);

            var log = LogCleaner.Clean(bytes, 50, new Dictionary<string, int>());

            log.Lines.Count.Should().BeLessThanOrEqualTo(50);
            log.Lines.Should().NotContain(l => Encoding.UTF8.GetByteCount(l) > Limits.LogLineBytes || l.Any(c => char.IsControl(c) && c != '\t'));
            var again = LogCleaner.Clean(log.Lines, 50, new Dictionary<string, int>()).Lines;
            again.Should().Equal(log.Lines, "cleaning twice equals cleaning once");
        }
    }

    [Fact]
    public void A_cut_never_leaves_half_a_character()
    {
        var clean = TextCleaner.Clean(string.Concat(Enumerable.Repeat("😀", 100)), 31);

        clean.Length.Should().BeLessThanOrEqualTo(31);
        clean.Should().EndWith("…[cut]");
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(clean)).Should().Be(clean);
    }
}
