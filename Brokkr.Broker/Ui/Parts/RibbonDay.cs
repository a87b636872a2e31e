namespace Brokkr.Broker.Ui.Parts;

/// <summary>One day of a ribbon.</summary>
/// <param name="Day">The day, in UTC.</param>
/// <param name="Status">The worst status of that day; empty where nothing is known of it.</param>
/// <param name="Revision">A revision that came on that day; null where none did.</param>
public sealed record RibbonDay(DateOnly Day, string Status, int? Revision = null)
{
    /// <summary>What is said of the day on hover.</summary>
    public string Title
    {
        get
        {
            var said = Status.Length == 0 ? "nothing known" : Status.Replace('_', ' ');
            return Revision is { } number ? $"{Day:yyyy-MM-dd}: {said}; revision {number}" : $"{Day:yyyy-MM-dd}: {said}";
        }
    }

    /// <summary>What the days say in one sentence. Pure.</summary>
    public static string Summary(IReadOnlyCollection<RibbonDay> days)
    {
        var counts = days.Where(d => d.Status.Length > 0).GroupBy(d => d.Status.Replace('_', ' ')).OrderByDescending(g => g.Count())
            .Select(g => $"{g.Key} on {g.Count()}");
        return $"{days.Count} days: {string.Join(", ", counts.DefaultIfEmpty("nothing known"))}";
    }
}
