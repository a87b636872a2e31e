using System.Globalization;
using Brokkr.Broker.Rest;
using NodaTime;
using NodaTime.TimeZones;

namespace Brokkr.Broker.Alerts.Silences;

/// <summary>Hours of the week by the clock of a place, whose rules come with the program. Pure.</summary>
internal sealed record Weekly(IReadOnlyList<int> Days, TimeOnly Start, int Minutes, string TimeZone)
{
    private const int Longest = 1440;

    /// <exception cref="ApiError">A field is out of bounds, or the time zone is not known.</exception>
    public static Weekly Of(Wire.WeeklyWindow window)
    {
        if (window.Days.Count == 0 || window.Days.Any(d => d is < 1 or > 7))
            throw Errors.Invalid("weekly.days", "must hold days of the week, 1 for Monday to 7 for Sunday.");
        if (!TimeOnly.TryParseExact(window.Start, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var start))
            throw Errors.Invalid("weekly.start", "must be a time of day such as 22:30.");
        if (window.Minutes is < 1 or > Longest)
            throw Errors.Invalid("weekly.minutes", $"must be between 1 and {Longest}.");
        return window.TimeZone.Length == 0 || ZoneOf(window.TimeZone) is not null
            ? new([.. window.Days.Distinct().Order()], start, window.Minutes, window.TimeZone)
            : throw Errors.Invalid("weekly.time_zone", "must be an IANA name such as Europe/Zurich, or be empty for UTC.");
    }

    /// <summary>
    /// Whether the moment is within. Where clocks are put forward or back, an hour that is skipped begins when the new time does, and one
    /// that comes twice begins at its first.
    /// </summary>
    public bool Covers(DateTimeOffset moment)
    {
        var zone = (TimeZone.Length == 0 ? null : ZoneOf(TimeZone)) ?? DateTimeZone.Utc;
        var now = Instant.FromDateTimeOffset(moment);
        var today = now.InZone(zone).Date;
        // What began yesterday may still last.
        return new[] { today, today.PlusDays(-1) }.Any(day => Days.Contains((int)day.DayOfWeek) && Holds(day, zone, now));
    }

    public Wire.WeeklyWindow ToWire() => new()
    {
        Days = { Days },
        Start = Start.ToString("HH:mm", CultureInfo.InvariantCulture),
        Minutes = Minutes,
        TimeZone = TimeZone,
    };

    private bool Holds(LocalDate day, DateTimeZone zone, Instant now)
    {
        var begin = day.At(new LocalTime(Start.Hour, Start.Minute)).InZone(zone, Resolvers.LenientResolver).ToInstant();
        return now >= begin && now < begin + Duration.FromMinutes(Minutes);
    }

    private static DateTimeZone? ZoneOf(string name) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(name);
}
