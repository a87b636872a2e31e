using System.Text;
using Brokkr.Contracts;
using Brokkr.Contracts.Text;

namespace Brokkr.Tests.Contracts.Text;

public sealed class RefusalTextTests
{
    private static readonly string Labels = string.Join(", ", Enumerable.Range(0, 200).Select(i => $"\"label-{i}\":\"a: {{b\""));

    [Fact]
    public void Field_and_reason_stand_and_the_dump_goes()
    {
        var text = RefusalText.Of("Deployment.apps \"web\" is invalid: spec.selector: Invalid value: "
            + $"v1.LabelSelector{{MatchLabels:map[string]string{{{Labels}}}}}: field is immutable");

        text.Should().StartWith("Deployment.apps \"web\" is invalid: spec.selector: Invalid value: v1.LabelSelector{").And
            .EndWith("…[cut]…: field is immutable");
        text.Length.Should().BeLessThan(200);
    }

    [Fact]
    public void Each_of_several_dumps_is_cut() =>
        RefusalText.Of($"x is invalid: [spec.a: Invalid value: {{{Labels}}}: field is immutable, spec.b: Unsupported value: {{{Labels}}}: supported values: "
            + "\"A\", spec.c: Required value]")
            .Should().Contain("…[cut]…: field is immutable, spec.b: Unsupported value: ").And
            .EndWith("…[cut]…: supported values: \"A\", spec.c: Required value]");

    [Theory]
    [InlineData("a dump that is never closed", "Invalid value: {\"a\": [", ": field is immutable")]
    [InlineData("no dump", "admission webhook denied: ", ": the reason")]
    public void The_end_stands_where_no_dump_is_found(string because, string begin, string end)
    {
        var text = RefusalText.Of($"web {begin}{string.Concat(Enumerable.Repeat("word ", 1000))}{end}");

        text.Should().StartWith($"web {begin}", because).And.Contain("…[cut]…").And.EndWith(end);
        Encoding.UTF8.GetByteCount(text).Should().BeLessThanOrEqualTo(Limits.MessageLength);
    }

    [Fact]
    public void A_dump_in_any_script_is_bounded_in_bytes_and_loses_its_secrets()
    {
        var text = RefusalText.Of($"Secret is invalid: password=hunter22x {string.Concat(Enumerable.Repeat("漢字 ", 5000))}: the reason");

        Encoding.UTF8.GetByteCount(text).Should().BeLessThanOrEqualTo(Limits.MessageLength);
        text.Should().NotContain("hunter22x").And.EndWith(": the reason");
    }

    [Fact]
    public void A_short_refusal_stays_as_it_is() =>
        RefusalText.Of("spec.replicas: Invalid value: -1: must be greater than or equal to 0").Should()
            .Be("spec.replicas: Invalid value: -1: must be greater than or equal to 0");
}
