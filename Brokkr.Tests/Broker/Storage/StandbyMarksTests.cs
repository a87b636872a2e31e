using Brokkr.Broker.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Brokkr.Tests.Broker.Storage;

/// <summary>What a mark that has reached a copy says of it.</summary>
public sealed class StandbyMarksTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly StandbyMarks _marks;

    public StandbyMarksTests()
    {
        _marks = new(TimeSpan.FromSeconds(10), _clock);
        Add(1);
        _clock.Advance(TimeSpan.FromSeconds(6));
        Add(3);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 3)]
    [InlineData(7, 3)]
    public void The_newest_that_is_no_newer_counts(int reached, int? expected) => _marks.Reached(reached)?.Number.Should().Be(expected);

    [Fact]
    public void One_that_is_too_old_says_nothing()
    {
        _clock.Advance(TimeSpan.FromSeconds(4));
        _marks.Reached(1).Should().NotBeNull();

        _clock.Advance(TimeSpan.FromMilliseconds(1));

        _marks.Reached(2).Should().BeNull();
        Add(4);
        _marks.Reached(3)!.Number.Should().Be(3);
        _clock.Advance(TimeSpan.FromSeconds(6));
        _marks.Reached(3).Should().BeNull();
        _marks.Reached(4)!.Number.Should().Be(4);
    }

    private void Add(long number) => _marks.Add(new(number, _clock.GetUtcNow(), _clock.GetTimestamp()));
}
