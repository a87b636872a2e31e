using System.Globalization;
using System.Text;
using Brokkr.Contracts;
using Brokkr.Contracts.Text;

namespace Brokkr.Tests.Contracts.Text;

/// <summary>Whatever a log holds, what is sent, stored and shown is bounded and harmless, and the broker finds nothing that the agent left.</summary>
public sealed class HostileTextTests
{
    private static readonly string[] Pieces =
    [
        "\u001b[", "\u001b[31m", "31m", @"\x1b", @"\u001b[0m", "\u001b]8;;http://x\a", "\u202e", "\u200b", "\ufeff", "\0", "\r", "\n", @"\n", "\u2028",
        "\ud83d", "😀", "\"", "'", "`", "=", ": ",
        ",", ";", "&", "[redacted:jwt]", "[redacted:", "]", "<", ">", "token", "password", "--secret ", "{", "}", "(", ")", "\\", "@", "://", " ", "\t",
        "…[cut]", "-----BEGIN PRIVATE KEY-----",
        "-----END PRIVATE KEY-----",
    ];

    [Fact]
    public void Any_mixture_is_bounded_harmless_and_the_same_when_it_is_cleaned_again()
    {
        var random = new Random(20260119);
        var whole = Pieces.Concat(PlantedSecrets.Forms.Select(f => PlantedSecrets.Fill(f, random).Text)).Concat(OrdinaryLogs.Traps).ToArray();
        for (var round = 0; round < 20_000; round++)
        {
            var text = Mixture(whole, random);

            var once = LogCleaner.Clean(Encoding.UTF8.GetBytes(text), 50, new Dictionary<string, int>()).Lines;

            once.Count.Should().BeLessThanOrEqualTo(50);
            once.Should().NotContain(l => Encoding.UTF8.GetByteCount(l) > Limits.LogLineBytes || l.EnumerateRunes().Any(IsHostile), text);
            var counts = new Dictionary<string, int>();
            LogCleaner.Clean(once, 50, counts).Lines.Should().Equal(once, text);
            counts.Should().BeEmpty(text);
        }
    }

    [Theory]
    [InlineData("token={")]
    [InlineData("token=${")]
    [InlineData("password=\"")]
    [InlineData("password=a(")]
    [InlineData("<token>")]
    [InlineData("name=token,")]
    [InlineData("http://a")]
    [InlineData("://a:")]
    [InlineData("eyJaaaaaa.")]
    [InlineData("authorization: ")]
    [InlineData("cookie: a=b;")]
    [InlineData("-----BEGIN PRIVATE KEY-----")]
    [InlineData("-----BEGIN PRIVATE KEY-----\n")]
    [InlineData("-----END PRIVATE KEY-----\n")]
    [InlineData("\u001b[1")]
    [InlineData("\0")]
    public void A_megabyte_of_anything_is_cleaned_in_bounded_time(string unit)
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(unit, 1_000_000 / unit.Length)));
        var began = TimeProvider.System.GetTimestamp();

        LogCleaner.Clean(text, 50, new Dictionary<string, int>());

        TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void A_secret_that_the_cut_of_a_line_splits_is_gone()
    {
        for (var at = Limits.LogLineBytes - 60; at < Limits.LogLineBytes + 20; at++)
        {
            var line = $"{new string('x', at)} ghp_{new string('a', 36)} tail";

            LogCleaner.Clean([line], 1, new Dictionary<string, int>()).Lines[0].Should().NotContain("aaaa");
        }
    }

    private static string Mixture(string[] pieces, Random random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var piece = pieces[random.Next(pieces.Length)];
            var from = random.Next(3) == 0 ? 0 : random.Next(piece.Length);
            text.Append(piece, from, from == 0 ? piece.Length : random.Next(piece.Length - from + 1));
        }

        return text.ToString();
    }

    private static bool IsHostile(Rune rune) => rune.Value != '\t' && Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate;
}
