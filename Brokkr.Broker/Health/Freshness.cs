using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Health;

/// <summary>What counts of a report: the reported status, or the broker's own word where the agent is silent. Pure.</summary>
/// <param name="Status">The status that counts now.</param>
/// <param name="Condition">The broker's own condition; null where the report counts.</param>
/// <param name="Since">Since when that condition holds.</param>
/// <param name="LastKnown">What the agent reported last, where it no longer counts.</param>
internal readonly record struct Freshness(Word Status, string? Condition, DateTimeOffset? Since, Word? LastKnown)
{
    public const string NoTarget = "NoTarget";
    public const string AwaitingReport = "AwaitingReport";
    public const string NeverReported = "NeverReported";
    public const string Stale = "Stale";

    public static Freshness Of(VerdictRow row, TimeSpan staleAfter)
    {
        if (row.AgentId is null)
            return new(Word.Unknown, NoTarget, null, null);
        if (row.ReceivedAt is not { } received)
            return new(Word.Unknown, row.Now - row.TargetedAt > staleAfter ? NeverReported : AwaitingReport, row.TargetedAt, null);
        var reported = HealthWords.Parse(row.Status!);
        return row.Now - received > staleAfter
            ? new(Word.Unknown, Stale, received + staleAfter, reported)
            : new(reported, null, null, null);
    }
}
