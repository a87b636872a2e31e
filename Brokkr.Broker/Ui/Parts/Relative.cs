using System.Globalization;

namespace Brokkr.Broker.Ui.Parts;

/// <summary>Times as people say them. The script that keeps them true in the browser counts alike. Pure.</summary>
public static class Relative
{
    /// <summary>A length of time by its largest unit, as in <c>4 s</c>, <c>7 min</c>, <c>3 h</c> or <c>12 d</c>.</summary>
    public static string Of(TimeSpan time) => time.TotalSeconds switch
    {
        < 0 => "0 s",
        < 60 => $"{(int)time.TotalSeconds} s",
        < 3600 => $"{(int)time.TotalMinutes} min",
        < 48 * 3600 => $"{(int)time.TotalHours} h",
        _ => $"{(int)time.TotalDays} d",
    };

    /// <summary>A moment in full, as in <c>2026-11-29 14:02:11 UTC</c>.</summary>
    public static string Exact(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A moment for programs.</summary>
    public static string Machine(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
