using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Broker.Health;

/// <summary>Turns rows into messages. Pure.</summary>
internal static class VerdictWire
{
    private static readonly JsonParser Stored = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>The row must name an agent.</summary>
    public static Wire.AgentVerdict ToVerdict(this VerdictRow row)
    {
        var verdict = new Wire.AgentVerdict
        {
            AgentId = $"{row.AgentId}",
            AgentName = row.AgentName,
            Status = row.Status!.Value,
            Summary = SummaryOf(row),
            CheckedAt = row.CheckedAt?.ToTimestamp(),
            ReceivedAt = row.ReceivedAt?.ToTimestamp(),
            Since = row.Since?.ToTimestamp(),
        };
        if (row.LastKnownStatus is { } lastKnown)
            verdict.LastKnownStatus = lastKnown;
        return verdict;
    }

    /// <summary>The row must name an agent.</summary>
    public static Wire.PlacedHealth ToPlaced(this VerdictRow row)
    {
        var placed = new Wire.PlacedHealth
        {
            Id = row.Id.ToString(),
            Name = row.Name,
            StackId = row.StackId.ToString(),
            StackName = row.StackName,
            AgentId = $"{row.AgentId}",
            AgentName = row.AgentName,
            Status = row.Status!.Value,
            Summary = SummaryOf(row),
            CheckedAt = row.CheckedAt?.ToTimestamp(),
            ReceivedAt = row.ReceivedAt?.ToTimestamp(),
            Since = row.Since?.ToTimestamp(),
        };
        if (row.LastKnownStatus is { } lastKnown)
            placed.LastKnownStatus = lastKnown;
        return placed;
    }

    /// <summary>Conditions are distinct and in ordinal order.</summary>
    public static void SetConditions(this Wire.HealthSummary summary, IEnumerable<string> conditions)
    {
        var ordered = conditions.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        summary.Conditions.Clear();
        summary.Conditions.AddRange(ordered);
    }

    private static Wire.HealthSummary SummaryOf(VerdictRow row)
    {
        var summary = row.Summary is null ? new() : Stored.Parse<Wire.HealthSummary>(row.Summary);
        if (row.Word is { } word && !summary.Conditions.Contains(word))
            summary.SetConditions(summary.Conditions.Append(word));
        return summary;
    }
}
