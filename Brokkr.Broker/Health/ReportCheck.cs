using System.Security.Cryptography;
using System.Text;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
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
                rows.Add(RowOf(id, item));
        }

        return (rows, rejected);
    }

    /// <summary>Where a report stands in its session; null where it has no number.</summary>
    public static ReportNumber? NumberOf(Wire.ReportHealthRequest request)
    {
        if (!request.HasEpoch && !request.HasSequence && !request.HasConfirmsThrough)
            return null;
        if (!request.HasEpoch || request.Epoch < 1)
            throw Errors.Invalid("epoch",
                "must be the epoch that StartSession answered, or be absent together with sequence and confirms_through.");
        if (!request.HasSequence || request.Sequence < 1)
            throw Errors.Invalid("sequence",
                "must be 1 or more and be larger in each request, or be absent together with epoch and confirms_through.");
        if (request.HasConfirmsThrough && (request.ConfirmsThrough < 0 || request.ConfirmsThrough >= request.Sequence))
            throw Errors.Invalid("confirms_through", "must be the sequence of a report before this one, or 0.");
        if (request.CheckedAt is { } at && !IsTime(at))
            throw Errors.Invalid("checked_at", "must be a time after 1970.");
        return new(request.Epoch, request.Sequence, request.HasConfirmsThrough
            ? request.ConfirmsThrough
            : null, request.CheckedAt?.ToDateTimeOffset());
    }

    private static ReportRow RowOf(Guid id, Wire.DeploymentObjectReport item)
    {
        var summary = item.Summary ?? new();
        var document = Stored.Format(summary);
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(item.Status.Text() + document)).AsSpan(0, 16);
        var conditions = string.Join(ReportRow.ConditionSeparator, summary.Conditions);
        return new(id, item.Status, document, conditions, new(digest), item.CheckedAt?.ToDateTimeOffset());
    }

    private static string? ReasonAgainst(Wire.DeploymentObjectReport item)
    {
        var summary = item.Summary ?? new();
        if (item.Status is not (Word.Healthy or Word.Degraded or Word.Failing or Word.Unknown))
            return "invalid_status";
        if (summary.PodsReady < 0 || summary.PodsTotal < 0 || summary.PodsReady > summary.PodsTotal || summary.ResourcesOmitted < 0
            || summary.FindingsOmitted < 0)
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
