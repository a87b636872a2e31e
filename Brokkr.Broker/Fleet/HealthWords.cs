using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Fleet;

/// <summary>The order of the health words. Pure.</summary>
internal static class HealthWords
{
    /// <summary>The words, worst first.</summary>
    public static readonly IReadOnlyList<Word> WorstFirst = [Word.Failing, Word.Degraded, Word.Unknown, Word.Healthy];

    /// <summary>0 for the worst word, growing towards the best.</summary>
    public static int Rank(this Word status) => status switch
    {
        Word.Failing => 0,
        Word.Degraded => 1,
        Word.Unknown => 2,
        _ => 3,
    };
}
