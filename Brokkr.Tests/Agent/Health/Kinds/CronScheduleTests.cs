using Brokkr.Agent.Health.Kinds;

namespace Brokkr.Tests.Agent.Health.Kinds;

/// <summary>When a schedule is due, as Kubernetes reads it.</summary>
public class CronScheduleTests
{
    [Theory]
    [InlineData("every five minutes", "*/5 * * * *", "UTC", "2026-03-01T12:00:00Z", "2026-03-01T12:10:00Z", 2)]
    [InlineData("not yet a third time", "*/5 * * * *", "UTC", "2026-03-01T12:00:00Z", "2026-03-01T12:14:59Z", 2)]
    [InlineData("a word of its own", "@hourly", "UTC", "2026-03-01T12:00:00Z", "2026-03-01T15:00:00Z", 3)]
    [InlineData("every so often", "@every 1h30m", "UTC", "2026-03-01T12:00:00Z", "2026-03-01T15:00:00Z", 2)]
    [InlineData("either day will do: Sundays and the 4th", "0 0 4 * 0", "UTC", "2026-03-01T12:00:00Z", "2026-03-09T00:00:00Z", 2)]
    [InlineData("a star leaves the day to the other field", "0 0 * * 0", "UTC", "2026-03-01T12:00:00Z", "2026-03-09T00:00:00Z", 1)]
    [InlineData("in New York", "0 3 * * *", "America/New_York", "2026-01-10T07:59:00Z", "2026-01-10T08:00:00Z", 1)]
    [InlineData("in New York in summer", "0 3 * * *", "America/New_York", "2026-07-10T06:59:00Z", "2026-07-10T07:00:00Z", 1)]
    [InlineData("the schedule names the zone", "TZ=Asia/Kolkata 30 3 * * *", null, "2026-01-10T21:59:00Z", "2026-01-10T22:00:00Z", 1)]
    [InlineData("and so", "CRON_TZ=Asia/Kolkata 30 3 * * *", null, "2026-01-10T21:59:00Z", "2026-01-10T22:00:00Z", 1)]
    [InlineData("an hour that summer leaves out", "30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z", 1)]
    [InlineData("wherever it may be, every five minutes are five minutes", "*/5 * * * *", null, "2026-03-01T12:00:00Z", "2026-03-01T12:10:00Z", 2)]
    [InlineData("nobody knows whose three o'clock it is", "0 3 * * *", null, "2026-03-01T00:00:00Z", "2026-03-01T06:00:00Z", 0)]
    [InlineData("but two days hold one everywhere", "0 3 * * *", null, "2026-03-01T00:00:00Z", "2026-03-03T00:00:00Z", 2)]
    public void A_schedule_is_due(string because, string schedule, string? zone, string after, string until, int times)
    {
        var read = CronSchedule.Read(schedule, zone)!;
        var (from, to) = (DateTimeOffset.Parse(after, null), DateTimeOffset.Parse(until, null));

        (times == 0 || read.WasDue(times, from, to)).Should().BeTrue(because);
        read.WasDue(times + 1, from, to).Should().BeFalse(because);
    }

    [Theory]
    [InlineData("every day", null)]
    [InlineData("", null)]
    [InlineData("@every soon", null)]
    [InlineData("@every 0s", null)]
    [InlineData("61 * * * *", null)]
    [InlineData("0 3 * * *", "Mars/Olympus")]
    [InlineData("TZ=Mars/Olympus 0 3 * * *", null)]
    [InlineData("TZ=UTC", null)]
    public void What_cannot_be_read_asks_nothing(string schedule, string? zone) => CronSchedule.Read(schedule, zone).Should().BeNull();
}
