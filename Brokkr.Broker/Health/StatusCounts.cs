using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Health;

/// <summary>How many verdicts have each status.</summary>
internal readonly record struct StatusCounts(int Failing, int Degraded, int Unknown, int Healthy)
{
    public int Total => Failing + Degraded + Unknown + Healthy;

    /// <summary>How many have one of these statuses, which are distinct; of none, how many there are at all.</summary>
    public int Of(IReadOnlyCollection<Word> statuses) => statuses.Count == 0 ? Total : statuses.Sum(Of);

    public int Of(Word status) => status switch
    {
        Word.Failing => Failing,
        Word.Degraded => Degraded,
        Word.Unknown => Unknown,
        Word.Healthy => Healthy,
        _ => 0,
    };

    public static StatusCounts Of(IReadOnlyCollection<StatusCountRow> rows)
    {
        return new(CountOf(Word.Failing), CountOf(Word.Degraded), CountOf(Word.Unknown), CountOf(Word.Healthy));

        int CountOf(Word status) => rows.SingleOrDefault(r => r.Status == status)?.Count ?? 0;
    }

    public Wire.HealthCounts ToWire() => new() { Failing = Failing, Degraded = Degraded, Unknown = Unknown, Healthy = Healthy };
}
