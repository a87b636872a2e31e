using Brokkr.Broker.Rest;

namespace Brokkr.Tests.Broker.Rest;

public sealed class StatusMessageTests
{
    [Theory]
    [InlineData("There is no stack 0b1c: see /docs.", "There is no stack 0b1c: see /docs.")]
    [InlineData("100 %", "100 %25")]
    [InlineData("für\n", "f%C3%BCr%0A")]
    [InlineData("", "")]
    public void Only_what_a_header_cannot_carry_is_escaped(string message, string expected)
    {
        StatusMessage.Encode(message).Should().Be(expected);
        Uri.UnescapeDataString(expected).Should().Be(message);
    }
}
