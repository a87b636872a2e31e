namespace Brokkr.Agent.Health;

/// <summary>Finds the moment at which time alone makes a verdict another. Pure.</summary>
internal static class VerdictChange
{
    /// <param name="now">A moment at which the verdict is the present one.</param>
    /// <param name="horizon">Nobody asks about later moments.</param>
    /// <param name="precision">How late the answer may be.</param>
    /// <param name="isSame">Whether the verdict of a moment is the present one.</param>
    /// <returns>The largest value where it still is at the horizon.</returns>
    public static DateTimeOffset FirstAfter(DateTimeOffset now, DateTimeOffset horizon, TimeSpan precision,
        Func<DateTimeOffset, bool> isSame)
    {
        var (same, other) = (now, horizon);
        if (isSame(other))
            return DateTimeOffset.MaxValue;
        while (other - same > precision)
        {
            var between = same + ((other - same) / 2);
            if (isSame(between))
                same = between;
            else
                other = between;
        }

        return other;
    }
}
