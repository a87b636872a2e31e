using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Health;

/// <summary>The health words as the database spells them, and their order. Pure.</summary>
internal static class HealthWords
{
    /// <summary>The words, worst first.</summary>
    public static readonly IReadOnlyList<Word> WorstFirst = [Word.Failing, Word.Degraded, Word.Unknown, Word.Healthy];

    public static string ToWord(this Word status) => status switch
    {
        Word.Healthy => "healthy",
        Word.Degraded => "degraded",
        Word.Failing => "failing",
        Word.Unknown => "unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "not a status"),
    };

    public static Word Parse(string word) => word switch
    {
        "healthy" => Word.Healthy,
        "degraded" => Word.Degraded,
        "failing" => Word.Failing,
        "unknown" => Word.Unknown,
        _ => throw new ArgumentOutOfRangeException(nameof(word), word, "not a status"),
    };

    /// <summary>0 for the worst word, growing towards the best.</summary>
    public static int Rank(this Word status) => status switch
    {
        Word.Failing => 0,
        Word.Degraded => 1,
        Word.Unknown => 2,
        _ => 3,
    };
}
