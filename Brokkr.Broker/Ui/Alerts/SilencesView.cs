using System.Globalization;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Ui.Alerts;

/// <summary>What the page of the silences shows.</summary>
public sealed record SilencesView(IReadOnlyList<SilenceLine> Rows, string? Next, int Dead, string Refusal);

/// <summary>One silence in words. Pure.</summary>
/// <param name="Silence">The silence.</param>
public sealed record SilenceLine(Wire.AlertSilence Silence)
{
    private static readonly string[] Days = ["", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    /// <summary>What is not told.</summary>
    public string What => string.Join("; ", new[]
    {
        string.Join(", ", Silence.Names), string.Join(", ", Silence.Statuses.Select(s => s.Text())), string.Join(", ", Silence.Conditions),
        Silence.StackIds.Count > 0
        ? Count(Silence.StackIds.Count, "stack")
        : "", Silence.AgentIds.Count > 0 ? Count(Silence.AgentIds.Count, "cluster") : "",
    }.Where(p => p.Length > 0));

    /// <summary>When it holds, besides its end.</summary>
    public string When => Silence.Weekly is { } w
        ? string.Create(CultureInfo.InvariantCulture,
            $"{string.Join(", ", w.Days.Select(d => Days[d]))} from {w.Start} for {w.Minutes} min, "
            + $"{(w.TimeZone.Length > 0 ? w.TimeZone : "UTC")}")
        : "";

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
