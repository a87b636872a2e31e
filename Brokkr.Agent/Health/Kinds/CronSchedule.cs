using Cronos;
using NodaTime;
using NodaTime.TimeZones;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>
/// When a CronJob is due, read as Kubernetes reads it: where neither day field begins with <c>*</c>, a day that fits one of them will do.
/// The time zones come with the program: an image need not have any. Pure.
/// </summary>
internal sealed class CronSchedule
{
    /// <summary>What clocks show somewhere, for schedules whose zone nobody tells.</summary>
    private static readonly IReadOnlyList<DateTimeZone> Anywhere =
    [
        DateTimeZone.Utc,
        .. Enumerable.Range(-48, 105).Where(q => q != 0).Select(q => DateTimeZone.ForOffset(Offset.FromSeconds(q * 900))),
    ];

    private readonly IReadOnlyList<CronExpression> _alternatives;
    private readonly IReadOnlyList<DateTimeZone> _zones;
    private readonly TimeSpan? _every;

    private CronSchedule(IReadOnlyList<CronExpression> alternatives, IReadOnlyList<DateTimeZone> zones, TimeSpan? every = null) =>
        (_alternatives, _zones, _every) = (alternatives, zones, every);

    /// <param name="text">The schedule; it may name a zone itself, as in <c>TZ=Europe/Berlin 0 3 * * *</c>.</param>
    /// <param name="timeZone">The zone; null where none is given.</param>
    /// <returns>Null where it cannot be read.</returns>
    public static CronSchedule? Read(string? text, string? timeZone)
    {
        text = text?.Trim() ?? "";
        if (text.StartsWith("TZ=", StringComparison.Ordinal) || text.StartsWith("CRON_TZ=", StringComparison.Ordinal))
        {
            var parts = text.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries);
            timeZone ??= parts[0][(parts[0].IndexOf('=', StringComparison.Ordinal) + 1)..];
            text = parts.Length > 1 ? parts[1].Trim() : "";
        }

        if (ZonesOf(timeZone) is not { } zones)
            return null;
        if (text.StartsWith("@every ", StringComparison.Ordinal))
            return GoDuration.Read(text[7..].Trim()) is { Ticks: > 0 } every ? new([], zones, every) : null;
        var alternatives = Alternatives(text).Select(t => CronExpression.TryParse(t, out var read) ? read : null).ToList();
        return alternatives.Contains(null) ? null : new([.. alternatives.OfType<CronExpression>()], zones);
    }

    /// <summary>Whether it was due so often after one moment and until another, whatever the zone where none is given.</summary>
    public bool WasDue(int times, DateTimeOffset after, DateTimeOffset until) => _every is { } every
        ? after + (every * times) <= until
        : _zones.All(zone => Due(zone, after).Take(times).TakeWhile(due => due <= until).Count() == times);

    private IEnumerable<DateTimeOffset> Due(DateTimeZone zone, DateTimeOffset after)
    {
        // The expression sees the clock on the wall; the zone says which moment that is.
        var wall = LocalOf(after, zone);
        while (_alternatives.Min(a => a.GetNextOccurrence(wall)) is { } next)
        {
            wall = next;
            yield return zone.ResolveLocal(LocalDateTime.FromDateTime(next), Resolvers.LenientResolver).ToDateTimeOffset();
        }
    }

    private static DateTime LocalOf(DateTimeOffset moment, DateTimeZone zone) =>
        DateTime.SpecifyKind(Instant.FromDateTimeOffset(moment).InZone(zone).LocalDateTime.ToDateTimeUnspecified(), DateTimeKind.Utc);

    private static IReadOnlyList<DateTimeZone>? ZonesOf(string? name) => name switch
    {
        null or "" or "Local" => Anywhere,
        _ => DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is { } zone ? [zone] : null,
    };

    /// <summary>The library wants both day fields to fit: where one will do, there are two schedules.</summary>
    private static IEnumerable<string> Alternatives(string text)
    {
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5 || fields[2][0] is '*' or '?' || fields[4][0] is '*' or '?')
            return [text];
        var (day, weekday) = (fields[2], fields[4]);
        return
        [
            string.Join(' ', fields[0], fields[1], day, fields[3], "*"),
            string.Join(' ', fields[0], fields[1], "*", fields[3], weekday),
        ];
    }
}
