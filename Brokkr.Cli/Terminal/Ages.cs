using System.Globalization;

namespace Brokkr.Cli.Terminal;

/// <summary>Times as people say them. Pure.</summary>
internal static class Ages
{
    /// <summary><c>42s</c>, <c>5m</c>, <c>3h</c>, <c>12d</c>; nothing for what was never.</summary>
    public static string Of(DateTimeOffset? at, DateTimeOffset now) => at is { } then ? Span(now - then) : "";

    /// <summary>How long something lasts.</summary>
    public static string Span(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => "0s",
        { TotalMinutes: < 2 } => Number(time.TotalSeconds, "s"),
        { TotalHours: < 2 } => Number(time.TotalMinutes, "m"),
        { TotalDays: < 2 } => Number(time.TotalHours, "h"),
        _ => Number(time.TotalDays, "d"),
    };

    /// <summary><c>5m ago</c>; <c>never</c> for what was never.</summary>
    public static string Ago(DateTimeOffset? at, DateTimeOffset now) => at is null ? "never" : $"{Of(at, now)} ago";

    /// <summary>To the second, in UTC.</summary>
    public static string Exact(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Reads <c>90s</c>, <c>10m</c>, <c>1h</c>, <c>30d</c>.</summary>
    public static bool TryParse(string text, out TimeSpan age)
    {
        age = default;
        if (text.Length < 2 || !double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number > 100_000)
            return false;
        age = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => TimeSpan.MinValue,
        };
        return age >= TimeSpan.Zero;
    }

    private static string Number(double number, string unit) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(number)}{unit}");
}
