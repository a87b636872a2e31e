using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Fleet;

/// <summary>How many verdicts have each status.</summary>
internal readonly record struct StatusCounts(int Failing, int Degraded, int Unknown, int Healthy)
{
    /// <summary>Whether there are more than were counted.</summary>
    public bool IsAtLeast { get; init; }

    public int Total => Failing + Degraded + Unknown + Healthy;

    /// <summary>How many have one of these statuses, which are distinct; of none, how many there are at all.</summary>
    public int Of(IReadOnlyCollection<Word> statuses) => statuses.Count == 0 ? Total : statuses.Sum(Of);

    /// <summary>The worst status that any has; healthy where there is none.</summary>
    public Word Worst => this switch
    {
        { Failing: > 0 } => Word.Failing,
        { Degraded: > 0 } => Word.Degraded,
        { Unknown: > 0 } => Word.Unknown,
        _ => Word.Healthy,
    };

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
