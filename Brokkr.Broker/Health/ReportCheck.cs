using Brokkr.Contracts;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Health;

/// <summary>Decides item by item whether a report can be stored. Pure.</summary>
internal static class ReportCheck
{
    /// <summary>More than any summary needs that keeps to the documented bounds.</summary>
    private const int SummaryBytes = 256 * 1024;

    /// <summary>PostgreSQL keeps more; nobody's clock is right outside these.</summary>
    private static readonly (long Earliest, long Latest) Seconds = (0, DateTimeOffset.MaxValue.ToUnixTimeSeconds());

    private static readonly JsonFormatter Stored = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    /// <summary>Splits a report into what can be stored and what cannot, with the reason.</summary>
    public static (List<ReportRow> Rows, List<Wire.RejectedReport> Rejected) Of(IEnumerable<Wire.DeploymentObjectReport> items)
    {
        var (rows, rejected, seen) = (new List<ReportRow>(), new List<Wire.RejectedReport>(), new HashSet<Guid>());
        foreach (var item in items)
        {
            var parsed = Guid.TryParseExact(item.Id, "D", out var id);
            var reason = !parsed ? "invalid_id" : ReasonAgainst(item) ?? (seen.Add(id) ? null : "duplicate_id");
            if (reason is not null)
                rejected.Add(new() { Id = Bounded(item.Id), Reason = reason });
            else
                rows.Add(new(id, item.Status.ToWord(), Stored.Format(item.Summary ?? new()), item.CheckedAt?.ToDateTimeOffset()));
        }

        return (rows, rejected);
    }

    private static string? ReasonAgainst(Wire.DeploymentObjectReport item)
    {
        var summary = item.Summary ?? new();
        if (item.Status is not (Word.Healthy or Word.Degraded or Word.Failing or Word.Unknown))
            return "invalid_status";
        if (summary.PodsReady < 0 || summary.PodsTotal < 0 || summary.PodsReady > summary.PodsTotal || summary.ResourcesOmitted < 0 || summary.FindingsOmitted < 0)
            return "invalid_count";
        if (item.CheckedAt is { } at && !IsTime(at) || summary.Findings.Any(f => f.Since is { } since && !IsTime(since)))
            return "invalid_time";
        return summary.Conditions.Count > Limits.SummaryRows || summary.Resources.Count > Limits.SummaryRows
            || summary.Findings.Count > Limits.SummaryRows || summary.CalculateSize() > SummaryBytes
            ? "too_large"
            : null;
    }

    private static bool IsTime(Timestamp time) =>
        time.Seconds >= Seconds.Earliest && time.Seconds <= Seconds.Latest && time.Nanos is >= 0 and <= 999_999_999;

    private static string Bounded(string id) => id.Length <= Limits.NameLength ? id : id[..Limits.NameLength];
}
