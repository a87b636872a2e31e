using Brokkr.Broker.Alerts.Silences;
using Brokkr.Broker.Rest;

namespace Brokkr.Tests.Broker.Alerts;

/// <summary>Hours of the week are those of a place, whatever its clocks do.</summary>
public sealed class SilenceTests
{
    [Theory]
    [InlineData("2026-11-28T21:30:00Z", true)] // Saturday 22:30 in Zurich
    [InlineData("2026-11-28T20:59:59Z", false)]
    [InlineData("2026-11-28T22:59:59Z", true)]
    [InlineData("2026-11-28T23:00:00Z", false)]
    [InlineData("2026-07-25T20:30:00Z", true)] // in summer an hour earlier
    [InlineData("2026-07-25T22:30:00Z", false)]
    public void A_window_follows_the_clock_of_its_zone(string moment, bool covers) =>
        Weekly.Of(new() { Days = { 6 }, Start = "22:00", Minutes = 120, TimeZone = "Europe/Zurich" })
            .Covers(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture)).Should().Be(covers);

    [Fact]
    public void A_window_goes_on_after_midnight() =>
        Weekly.Of(new() { Days = { 7 }, Start = "23:30", Minutes = 60 })
            .Covers(new(2026, 11, 30, 0, 15, 0, TimeSpan.Zero)).Should().BeTrue("it began on Sunday");

    [Fact]
    public void What_would_silence_everything_is_refused()
    {
        var of = () => Silence.Of(new() { EndsAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddHours(1)) },
            DateTimeOffset.UtcNow);
        of.Should().Throw<ApiError>().WithMessage("*everything*");
    }
}
