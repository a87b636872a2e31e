using System.Text;
using Brokkr.Contracts;
using Brokkr.Contracts.Text;

namespace Brokkr.Tests.Contracts.Text;

/// <summary>The work of redacting grows with the text and with nothing else, and is bounded.</summary>
public sealed class RedactionWorkTests
{
    private static readonly string[] Signs =
    [
        "nexttoken=", "nexttoken", "token=", "token={", "token=${", "password=\"", "password=a(", "password=Some(", "password:\n ", "pass: |\n ",
        "key: >-\n  a\n", "<token>", "<password><![CDATA[",
        "name=token value=", "--pass ", "pw=", "sig=", "auth=", "basic ", "bearer ", "cookie: a=b;", "authorization: ", "authorization: digest ", "mnemonic: ",
        "VALUES (", "(password) VALUES ('",
        "http://a", "://a:", "a://b:c@", "a://b:c@d/", "@tcp(", "a:b@tcp(", "a:b@c:5432", "curl -u ", "mysql -p", "eyJaaaaaa.", "eyJ", "AKIAABCDEFGHIJKLMNOP",
        "AKIA", "AC0123", "LS0tLS1CRUdJTi",
        "sk-", "ghp_", "s.", ".atlasv1.", ":AA", "NRAL", "$6$", "/reset/", "hooks.slack.com/services/", "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n", "-----END PRIVATE KEY-----",
        "-----END PRIVATE KEY-----\n", "PRIVATE KEY", "AAAA ", "AAAA\n", "[redacted:", "[redacted:x]", "\\", "\\\"", "\"", "'", "=", ":", "-", "_", "@", "a",
        "a.", "%3D", "&quot;", "; ", "passwordpassword",
        "password is ", "identified by '", "snmp-server community ", "tokens=[", "tokens: [\"a1b2c3d4\",", "passwords", "password for a: ", "password for a",
        "setPassword(\"", "token\\u003a", "password&#61;", "password\\u200b", "Unseal Key 1: ", "Private-Lines: 1\nAAAA\n", "radius-server key ",
        "setx token ", "password: Just ", "password: String::from(", "password: !!str ", "name: token\n  value: |\n    ", "curl -ua:", "7z -p", "*", "md5",
        "/hooks/a/", "/webhook/a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6/", "?code=", "salt=", "EAAA", "v1.0-", "access_token$production$",
        "value=a name=", "{\"value\":\"a\",\"name\":\"token\"}", "value: |\n  a\n", "value=", "\"name\":\"token\",\"a\":\"b\",", "tokens=[a1b2c3d4 ",
        "tokens:\n- a1b2c3d4\n", "tokens:\n- ", "passwords=[]string{\"", "passwords=List.of(\"a1\",", "passwords=a1b2c3,", "password: \"a\n  b",
        "password: 'a\n ", "\\u200b", "pass\\u200bword=", "p\\xad", "%E2%80%8B", "&shy;", "\\n", "password:\\n  - a1b2c3d4", "token=(a1b2c3d4)", "token=<",
        "password: (string) ", "setPassword(a1b2c3d4)", "echo a1b2 | ", "echo a | chpasswd", "echo ", "htpasswd -b ", "htpasswd -b f ann a1b2c3",
        "mc alias set a b c ", "net use * ", "sqlplus a/b1c2@", "- redis-cli\n- -a\n- ", "redis-cli -a ", "curl -sSu a:", "mysql -p=", "<<< ", "AUTH ",
        "AUTH PLAIN ", "a1 LOGIN b ", "user a on >", "#Password<", "--password\n- ",
        "https://a1b2c3d4", "https://a1b2c3d4@", "ssh_key=", "ssh_key=a1b2c3d4", "Some(\"a1b2c3\") password", "Some(\"", "password Some(\"",
        "password:<*>(0xc000010250)a1b2c3", "password:<*", "password:0xc000010250 a1b2c3", "LOGIN bob a1b2c3d4", "LOGIN ", "auth: a1b2c3d4", "auth: ",
        "passwords: [sunshine,", "passwords:\n- sunshine\n",
    ];

    public static IEnumerable<object[]> Cases() => Signs.Select(s => new object[] { s });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Four_times_the_text_is_four_times_the_work(string sign)
    {
        foreach (var unit in new[] { sign, $"{sign}x", $"{sign} ", $"{sign}token=", $"token={sign}" })
        {
            var (small, large) = (Work(unit, 20_000), Work(unit, 80_000));

            large.Steps.Should().BeLessThan((6 * small.Steps) + 10_000, unit);
            large.Steps.Should().BeLessThan(80_000 * 300L, unit);
            large.Allocated.Should().BeLessThan((40 * small.Allocated) + 1_000_000, unit);
        }
    }

    /// <summary>Counts of steps say nothing of a search that does not count: with sixteen times the text, quadratic work is 256 times as much.</summary>
    [Fact]
    public void Sixteen_times_the_text_takes_nowhere_near_256_times_as_long()
    {
        foreach (var sign in Signs)
        {
            var (small, large) = (Fastest(sign, 25_000), Fastest(sign, 400_000));

            (large < TimeSpan.FromSeconds(1) || large < 100 * small).Should().BeTrue($"{sign}: {small} and {large}");
        }
    }

    [Fact]
    public void What_is_beyond_the_longest_text_is_withheld_with_the_word_that_the_bound_splits()
    {
        var text = $"{new string('a', Limits.RedactedTextLength - 10)} password=hunter22x and token=abcdef0123456789abcdef";
        var counts = new Dictionary<string, int>();

        var redacted = Redactor.Redact(text, counts);

        redacted.Should().EndWith("a [redacted:withheld]");
        counts.Should().Equal(new Dictionary<string, int> { ["withheld"] = 1 });
    }

    [Fact]
    public void What_a_budget_cannot_pay_for_is_withheld_and_says_so()
    {
        var budget = new RedactionBudget(new Dictionary<string, int>(), 100);

        Redactor.Redact("password=hunter22x first", budget).Should().Be("password=[redacted:secret_value] first");
        Redactor.Redact(new string('a', 60), budget).Should().Be("[redacted:withheld]");
        Redactor.Redact("short", budget).Should().Be("short", "what still fits is looked at");
        budget.Counts.Should().Equal(new Dictionary<string, int> { ["secret_value"] = 1, ["withheld"] = 1 });
    }

    [Fact]
    public void Of_a_line_that_is_far_too_long_the_rest_is_withheld()
    {
        var line = $"begin {string.Concat(Enumerable.Repeat("word ", 10_000))}";

        var log = LogCleaner.Clean(Encoding.UTF8.GetBytes($"{line}\npassword={new string('z', 20_000)}\nlast"), 10, new Dictionary<string, int>());

        log.Lines[^1].Should().Be("last");
        log.Lines.Should().OnlyContain(l => Encoding.UTF8.GetByteCount(l) <= Limits.LogLineBytes);
        log.Lines[0].Should().StartWith("begin word ").And.EndWith("…[cut]");
        log.Lines[1].Should().Be("password=[redacted:secret_value]");
    }

    private static (long Steps, long Allocated) Work(string unit, int length)
    {
        var text = string.Concat(Enumerable.Repeat(unit, length / unit.Length));
        var budget = new RedactionBudget();
        Redactor.Redact(text[..100], new RedactionBudget());
        var before = GC.GetAllocatedBytesForCurrentThread();
        Redactor.Redact(text, budget);
        return (budget.Steps, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static TimeSpan Fastest(string unit, int length)
    {
        var text = string.Concat(Enumerable.Repeat(unit, length / unit.Length));
        return Enumerable.Range(0, 3).Min(_ =>
        {
            var began = TimeProvider.System.GetTimestamp();
            Redactor.Redact(text, new RedactionBudget());
            return TimeProvider.System.GetElapsedTime(began);
        });
    }
}
