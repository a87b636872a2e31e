using Brokkr.Contracts.Text;

namespace Brokkr.Tests.Contracts.Text;

/// <summary>What looks like a secret and is none stays.</summary>
public sealed class OrdinaryLogTests
{
    [Fact]
    public void Hardly_a_line_of_ordinary_logs_is_touched()
    {
        var lines = OrdinaryLogs.Traps.Concat(OrdinaryLogs.Lines(8_000, new Random(20260115))).ToList();

        var touched = lines.Where(l => Redactor.Redact(TextCleaner.Clean(l), new Dictionary<string, int>()) != l).ToList();

        ((double)touched.Count / lines.Count).Should().BeLessThan(0.001, string.Join('\n', touched.Take(10)));
    }

    [Fact]
    public void No_line_that_was_written_to_look_like_a_secret_is_touched()
    {
        foreach (var line in OrdinaryLogs.Traps)
            Redactor.Redact(TextCleaner.Clean(line), new Dictionary<string, int>()).Should().Be(line);
    }

    [Fact]
    public void A_key_at_the_end_of_a_line_takes_nothing_of_the_next_one() =>
        LogCleaner.Clean(["Unexpected token:", "12345678 items left", "password:", "ann1234567"], 10, new Dictionary<string, int>()).Lines
            .Should().Equal("Unexpected token:", "12345678 items left", "password:", "ann1234567");

    [Fact]
    public void A_private_key_without_an_end_takes_no_line_that_is_not_of_it()
    {
        var key = new string('A', 64);

        var lines =
            LogCleaner.Clean(["-----BEGIN PRIVATE KEY-----", key, key, "2026-01-15 listening on port 8080", "ready"], 10, new Dictionary<string, int>()).Lines;

        lines.Should().Equal("[redacted:pem]", "2026-01-15 listening on port 8080", "ready");
    }
}
