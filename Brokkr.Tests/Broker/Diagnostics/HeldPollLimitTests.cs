using Brokkr.Broker.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Diagnostics;

/// <summary>How many polls a broker holds.</summary>
public sealed class HeldPollLimitTests
{
    [Fact]
    public async Task As_many_polls_are_held_as_the_setting_says_and_no_more()
    {
        await using var broker = await BrokerFixture.StartAsync(o => o.Diagnostics.HeldPolls = 2);
        var polls = broker.Services.GetRequiredService<HeldPolls>();
        var first = polls.TryHold(Guid.NewGuid(), []);
        using var second = polls.TryHold(Guid.NewGuid(), []);

        polls.TryHold(Guid.NewGuid(), []).Should().BeNull();
        first!.Dispose();

        using var third = polls.TryHold(Guid.NewGuid(), []);
        second.Should().NotBeNull();
        third.Should().NotBeNull();
    }
}
