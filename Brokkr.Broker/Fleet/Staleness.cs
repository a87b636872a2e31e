namespace Brokkr.Broker.Fleet;

/// <summary>
/// When an agent counts as silent and what it said as stale, by the one rule for C# and SQL: after the larger of the setting and three
/// announced intervals. The SQL needs the parameter <c>staleAfter</c>, which is <see cref="Seconds"/>.
/// </summary>
/// <param name="Seconds">What the settings allow between two signs of life.</param>
internal sealed record Staleness(int Seconds)
{
    /// <summary>How long a report counts, over the column <c>patience</c> of its session.</summary>
    public const string Allowed = $"GREATEST({Setting}, patience)";

    /// <summary>Whether nothing is heard of an agent <c>a</c>.</summary>
    public const string IsSilent = $"(a.last_seen_at IS NULL OR a.last_seen_at < NOW() - {Setting})";

    /// <summary>The word for whether an agent <c>a</c> is heard.</summary>
    public const string State = $"CASE WHEN a.last_seen_at IS NULL THEN 'never' WHEN {IsSilent} THEN 'silent' ELSE 'reporting' END";

    private const string Setting = "@staleAfter * INTERVAL '1 second'";

    /// <summary>Missing one report is noise; missing three is an outage.</summary>
    private const int Intervals = 3;

    /// <summary>How long a session may be silent by what it announced, as its column <c>patience</c> holds it. Pure.</summary>
    public static int PatienceSeconds(int reportIntervalSeconds) => Intervals * reportIntervalSeconds;

    /// <summary>How long a report of such a session counts. Pure.</summary>
    public int SecondsOf(int reportIntervalSeconds) => Math.Max(Seconds, PatienceSeconds(reportIntervalSeconds));
}
