using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using Brokkr.Contracts;
using Brokkr.Contracts.Text;
using Google.Protobuf;
using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Health;

/// <summary>Decides item by item whether a report can be stored. Pure.</summary>
internal static class ReportCheck
{
    /// <summary>More than any summary needs that keeps to the documented bounds.</summary>
    private const int SummaryBytes = 256 * 1024;

    /// <summary>The same as it is stored and answered, in JSON.</summary>
    private const int StoredSummaryBytes = 512 * 1024;

    private static readonly JsonFormatter Stored = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    /// <summary>
    /// Splits a report into what can be stored and what cannot, with the reason. Times and words of the former are cut to their bounds.
    /// </summary>
    public static (List<ReportRow> Rows, List<Wire.RejectedReport> Rejected) Of(
        IEnumerable<Wire.DeploymentObjectReport> items, DateTimeOffset received)
    {
        var (rows, rejected, seen) = (new List<ReportRow>(), new List<Wire.RejectedReport>(), new HashSet<Guid>());
        foreach (var item in items)
        {
            var parsed = Requests.TryUuid(item.Id, out var id);
            var reason = !parsed ? "invalid_id" : ReasonAgainst(item) ?? (seen.Add(id) ? null : "duplicate_id");
            var row = reason is null ? RowOf(id, item, received) : null;
            if (row is not null && Encoding.UTF8.GetByteCount(row.Summary) > StoredSummaryBytes)
                reason = "too_large";
            if (reason is not null)
                rejected.Add(new() { Id = Echo.Of(item.Id, Limits.NameLength), Reason = reason });
            else
                rows.Add(row!);
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
        if (request.CheckedAt is { Seconds: < 0 })
            throw Errors.Invalid("checked_at", "must be a time after 1970.");
        return new(request.Epoch, request.Sequence, request.HasConfirmsThrough
            ? request.ConfirmsThrough
            : null, request.CheckedAt?.ToDateTimeOffset());
    }

    private static ReportRow RowOf(Guid id, Wire.DeploymentObjectReport item, DateTimeOffset received)
    {
        var isAhead = Moments.Bound(item, received);
        var summary = item.Summary ?? new();
        foreach (var finding in summary.Findings)
            finding.Condition = ConditionSpelling.Of(finding.Condition);
        summary.SetConditions(summary.Conditions.Select(ConditionSpelling.Of).Concat(isAhead ? [VerdictSql.ClockSkew] : []));
        var document = Stored.Format(summary);
        var conditions = string.Join(ReportRow.ConditionSeparator, summary.Conditions);
        return new(
            id, item.Status, document, conditions, item.RollingOut, DigestOf(item, document), item.CheckedAt?.ToDateTimeOffset(), isAhead);
    }

    /// <summary>Of all that a verdict says.</summary>
    private static Guid DigestOf(Wire.DeploymentObjectReport item, string document)
    {
        var (status, mark) = (item.Status.Text(), item.RollingOut ? "+" : "");
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(status.Length + mark.Length + document.Length));
        var length = Encoding.UTF8.GetBytes(status, bytes);
        length += Encoding.UTF8.GetBytes(mark, bytes.AsSpan(length));
        length += Encoding.UTF8.GetBytes(document, bytes.AsSpan(length));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes.AsSpan(0, length), hash);
        ArrayPool<byte>.Shared.Return(bytes);
        return new(hash[..16]);
    }

    private static string? ReasonAgainst(Wire.DeploymentObjectReport item)
    {
        var summary = item.Summary ?? new();
        if (item.Status is not (Word.Healthy or Word.Degraded or Word.Failing or Word.Unknown))
            return "invalid_status";
        if (summary.PodsReady < 0 || summary.PodsTotal < 0 || summary.PodsReady > summary.PodsTotal || summary.ResourcesOmitted < 0
            || summary.FindingsOmitted < 0)
            return "invalid_count";
        if (item.CheckedAt is { Seconds: < 0 } || summary.Findings.Any(f => f.Since is { Seconds: < 0 }))
            return "invalid_time";
        return summary.Conditions.Count > Limits.SummaryRows || summary.Resources.Count > Limits.SummaryRows
            || summary.Findings.Count > Limits.SummaryRows || summary.CalculateSize() > SummaryBytes
            ? "too_large"
            : MessageCheck.Find(item) is { } flaw ? ReasonOf(flaw.Kind) : null;
    }

    private static string ReasonOf(FlawKind kind) => kind switch
    {
        FlawKind.Time => "invalid_time",
        FlawKind.Count => "invalid_count",
        FlawKind.Word => "invalid_status",
        _ => "too_large",
    };
}
