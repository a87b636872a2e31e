using System.Globalization;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Alerts;

/// <summary>How silences are shown. Pure.</summary>
internal static class SilenceView
{
    /// <param name="silences">The rows.</param>
    /// <param name="stacks">Names of stacks by their identifiers.</param>
    /// <param name="agents">Names of agents by their identifiers.</param>
    /// <param name="now">The time.</param>
    public static Page Of(IReadOnlyList<AlertSilence> silences, IReadOnlyDictionary<string, string> stacks,
        IReadOnlyDictionary<string, string> agents, DateTimeOffset now)
    {
        var (page, grid) = (new Page(), new Grid("ID", "STATE", "WHAT", "WHEN", "BY", "COMMENT"));
        foreach (var s in silences)
        {
            var state = s.Active ? "in force" : s.StartsAt > now ? "to come" : "waits";
            grid.Add(s.Id, state, What(s, stacks, agents), When(s), s.CreatedBy, s.Comment);
        }

        if (silences.Count == 0)
            page.Line("Nothing is silenced.");
        else
            page.Table(grid);
        return page;
    }

    /// <summary><c>until …</c>, or the hours of the week.</summary>
    public static string When(AlertSilence silence)
    {
        var until = silence.EndsAt is { } end ? $"until {Ages.Exact(end)}" : "";
        if (silence.Weekly is not { } weekly)
            return until;
        var days = weekly.Days.Select(d => CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedDayNames[d % 7]);
        var zone = weekly.TimeZone.Length > 0 ? weekly.TimeZone : "UTC";
        return $"{string.Join(", ", days)} {weekly.Start} for {Ages.Span(TimeSpan.FromMinutes(weekly.Minutes))} ({zone}) {until}".TrimEnd();
    }

    private static string What(AlertSilence silence, IReadOnlyDictionary<string, string> stacks, IReadOnlyDictionary<string, string> agents)
    {
        var parts = new (string Before, IEnumerable<string> Words)[]
        {
            ("", silence.Names),
            ("in ", silence.StackIds.Select(id => stacks.GetValueOrDefault(id, id))),
            ("on ", silence.AgentIds.Select(id => agents.GetValueOrDefault(id, id))),
            ("being ", silence.Statuses),
            ("with ", silence.Conditions),
        };
        return string.Join(' ', parts.Where(p => p.Words.Any()).Select(p => $"{p.Before}{string.Join(" or ", p.Words)}"));
    }
}
