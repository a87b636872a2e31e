using Brokkr.Contracts.Text;

namespace Brokkr.Tests.Contracts.Text;

public sealed class RedactionRulesTests
{
    [Fact]
    public void Only_known_rules_and_counts_that_can_be_are_kept()
    {
        var counts =
            new Dictionary<string, int> { ["jwt"] = 2, ["pem"] = -1, ["cookie"] = 0, ["\u001b[31mjwt"] = 3, ["brokkr_agt_x"] = 4, ["bearer"] = int.MaxValue };

        RedactionRules.Clean(counts).Should().Equal(new Dictionary<string, int> { ["jwt"] = 2, ["bearer"] = int.MaxValue });
    }

    [Fact]
    public void A_result_with_counts_of_any_sort_is_cleaned_without_an_overflow()
    {
        var result = new Wire.SubmitResultRequest { Redaction = new() { Total = -5 } };
        result.Redaction.Counts.Add(new Dictionary<string, int> { ["jwt"] = int.MaxValue, ["bearer"] = int.MaxValue, ["\0"] = 7, ["secret_value"] = -3 });
        result.Findings.Add(new Wire.DiagnosticFinding { Message = "password=hunter22x" });

        WireCleaner.Clean(result);

        result.Redaction.Counts.Should().Equal(new Dictionary<string, int> { ["jwt"] = int.MaxValue, ["bearer"] = int.MaxValue, ["secret_value"] = 1 });
        result.Redaction.Total.Should().Be(int.MaxValue);
    }

    [Theory]
    [InlineData('\ufffe')]
    [InlineData('\uffff')]
    [InlineData('\u3164')]
    [InlineData('\u2800')]
    [InlineData('\u115f')]
    [InlineData('\u1160')]
    [InlineData('\uffa0')]
    [InlineData('\u034f')]
    [InlineData('\ufdd0')]
    public void What_shows_nothing_becomes_visible(char c) => TextCleaner.Clean($"a{c}b").Should().Be($"a\\u{(int)c:x4}b");

    [Theory]
    [InlineData("\U000e0041", @"\U000e0041")]
    [InlineData("\U000e0000", @"\U000e0000")]
    [InlineData("\U0001fffe", @"\U0001fffe")]
    [InlineData("😀 ok é 한글 ⠁", "😀 ok é 한글 ⠁")]
    public void Tags_and_what_is_no_character_in_any_plane_do_as_well(string text, string expected) => TextCleaner.Clean(text).Should().Be(expected);
}
