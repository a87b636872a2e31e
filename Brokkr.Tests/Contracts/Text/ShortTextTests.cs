using System.Text;
using Brokkr.Contracts;
using Brokkr.Contracts.Text;

namespace Brokkr.Tests.Contracts.Text;

public sealed class ShortTextTests
{
    private static readonly string KeyLine = string.Concat(Enumerable.Repeat("Ab3/", 16));

    [Theory]
    [InlineData("the whole key", "panic: -----BEGIN RSA PRIVATE KEY-----\n{0}\n{0}\nQ9x=\n-----END RSA PRIVATE KEY-----\nexit")]
    [InlineData("its beginning", "panic: bad key\n-----BEGIN RSA PRIVATE KEY-----\n{0}\n{0}\nQ9xAb3/=")]
    [InlineData("its end", "{0}\r\n{0}\r\nQ9xAb3/=\r\n-----END RSA PRIVATE KEY-----\r\nexit")]
    public void Of_a_key_of_several_lines_nothing_is_left_in_one_line(string because, string text)
    {
        var message = ShortText.Message(string.Format(System.Globalization.CultureInfo.InvariantCulture, text, KeyLine));

        message.Should().Contain("[redacted:pem]", because).And.NotContain("Ab3/").And.NotContain("Q9x").And.NotContain("\n");
    }

    [Fact]
    public void A_value_on_a_line_of_its_own_is_gone_before_lines_are_joined() =>
        ShortText.Message("password:\n  s3cr3tNext9\nend").Should().Be("password:   [redacted:secret_value] end");

    [Fact]
    public void A_message_of_any_length_is_bounded_and_the_rest_of_a_far_longer_one_is_withheld()
    {
        Encoding.UTF8.GetByteCount(ShortText.Message(new string('ä', 5000))).Should().BeLessThanOrEqualTo(Limits.MessageLength);
        ShortText.Message($"password={new string('b', 20_000)} c").Should().StartWith("password=[redacted:secret_value]");
    }

    [Theory]
    [InlineData("duplicate key \u001b[31mred\n\"x\"", "duplicate key red \"x\"")]
    [InlineData("at token=abcdef0123456789", "at token=[redacted:secret_value]")]
    [InlineData("nul \0 and \u202e", @"nul \x00 and \u202e")]
    [InlineData(null, "")]
    public void What_is_echoed_is_clean_redacted_and_one_line(string? text, string expected) => Echo.Of(text).Should().Be(expected);

    [Fact]
    public void What_is_echoed_is_short() => Echo.Of(new string('x', 400_000) + " y").Length.Should().BeLessThanOrEqualTo(Echo.Length);
}
