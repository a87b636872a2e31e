using Brokkr.Agent.Targets;
using Microsoft.Extensions.Time.Testing;

namespace Brokkr.Tests.Agent.Targets;

/// <summary>What held polls say of the target state, and that nobody relies on a broker that does not say it.</summary>
public class TargetNewsTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Another_number_is_news_once()
    {
        var news = new TargetNews(_clock);
        news.Fetched(4);
        news.Hear(4);
        var quiet = news.WaitAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(11));

        (await quiet).Should().BeFalse();
        news.Hear(5);
        (await news.WaitAsync(TimeSpan.FromSeconds(10), CancellationToken.None)).Should().BeTrue();
        news.Known.Should().Be(5);
    }

    [Fact]
    public void A_broker_that_says_no_numbers_or_says_none_any_more_is_asked_by_the_timer()
    {
        var news = new TargetNews(_clock);
        news.Fetched(0);
        news.AreCarried.Should().BeFalse();

        news.Hear(7);
        news.AreCarried.Should().BeTrue();

        _clock.Advance(TimeSpan.FromMinutes(3));
        news.AreCarried.Should().BeFalse();
    }
}
