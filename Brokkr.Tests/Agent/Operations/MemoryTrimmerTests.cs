using Brokkr.Agent.Operations;

namespace Brokkr.Tests.Agent.Operations;

/// <summary>When the agent gives memory back.</summary>
public class MemoryTrimmerTests
{
    private const long MiB = 1024 * 1024;

    [Theory]
    [InlineData("a small agent, little garbage", 3, 8, false)]
    [InlineData("a small agent, a third of it garbage", 4, 12, true)]
    [InlineData("a large one, where the pause is longer", 10, 60, false)]
    [InlineData("a large one, a quarter of it garbage", 15, 60, true)]
    public void It_is_worth_a_pause(string because, long allocated, long held, bool isWorth) =>
        MemoryTrimmer.IsWorth(allocated * MiB, held * MiB).Should().Be(isWorth, because);
}
