using Brokkr.Broker.Fleet;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Health;

/// <summary>Turns rows into messages. Pure.</summary>
internal static class VerdictWire
{
    private static readonly JsonParser Stored = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>The row must name an agent.</summary>
    public static Wire.AgentVerdict ToVerdict(this VerdictRow row)
    {
        var (status, summary) = Read(row);
        var verdict = new Wire.AgentVerdict
        {
            AgentId = $"{row.AgentId}",
            AgentName = row.AgentName,
            Status = status,
            Summary = summary,
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
        var (status, summary) = Read(row);
        var placed = new Wire.PlacedHealth
        {
            Id = row.Id.ToString(),
            Name = row.Name,
            StackId = row.StackId.ToString(),
            StackName = row.StackName,
            AgentId = $"{row.AgentId}",
            AgentName = row.AgentName,
            Status = status,
            Summary = summary,
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

    /// <summary>A row that cannot be read is unknown and says so, and the others of its list are answered.</summary>
    private static (Word Status, Wire.HealthSummary Summary) Read(VerdictRow row)
    {
        var summary = SummaryOf(row.Summary);
        var isUnreadable = row.IsUnreadable || summary is null;
        summary ??= new();
        if (isUnreadable)
            summary.SetConditions(summary.Conditions.Append(VerdictSql.Unreadable));
        if (row.Word is { } word && !summary.Conditions.Contains(word))
            summary.SetConditions(summary.Conditions.Append(word));
        return (isUnreadable ? Word.Unknown : row.Status!.Value, summary);
    }

    /// <summary>Null where what is stored is no summary.</summary>
    private static Wire.HealthSummary? SummaryOf(string? stored)
    {
        try
        {
            return stored is null ? new() : Stored.Parse<Wire.HealthSummary>(stored);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
