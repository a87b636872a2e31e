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

    /// <summary>A log that was cleaned when it was read has paid from the same budget as what is cleaned at the end.</summary>
    [Fact]
    public void The_parts_of_a_result_share_one_budget_and_their_counts()
    {
        var budget = new RedactionBudget(new Dictionary<string, int>(), 200);
        var log = LogCleaner.Clean(["password=hunter22x", new string('a', 120)], 10, budget);
        var result = new Wire.SubmitResultRequest { Events = { new Wire.ClusterEvent { Message = new string('b', 60) } } };

        WireCleaner.Clean(result, budget);

        log.Lines[0].Should().Be("password=[redacted:secret_value]");
        result.Events[0].Message.Should().Be("[redacted:withheld]");
        result.Redaction.Counts["secret_value"].Should().Be(1);
    }

    /// <summary>Texts that nothing was found in are remembered; what was found is found again, and what is too much stays too much.</summary>
    [Fact]
    public void A_text_that_is_known_from_before_is_answered_and_paid_for_as_the_first_time()
    {
        const string plain = "3 of 4 replicas are available.", leaky = "password=hunter22x";
        for (var time = 0; time < 3; time++)
        {
            var summary = new Wire.HealthSummary();
            summary.Resources.Add(new[] { plain, leaky, plain }.Select(m => new Wire.ResourceHealth { Message = m }));
            var budget = new RedactionBudget(new Dictionary<string, int>(), 300);

            WireCleaner.Clean(summary, budget);

            summary.Resources.Select(r => r.Message).Should().Equal(plain, "password=[redacted:secret_value]", "[redacted:withheld]");
            summary.Resources.Should().OnlyContain(r => r.Kind.Length == 0);
            budget.Counts.Should().BeEquivalentTo(new Dictionary<string, int> { ["secret_value"] = 1, ["withheld"] = 1 });
        }
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
