namespace Brokkr.Broker.Rest;

/// <summary>What is wrong with a message that could be parsed.</summary>
/// <param name="Kind">What sort of value it is.</param>
/// <param name="Path">The field, as in <c>events[3].count</c>.</param>
/// <param name="Sentence">What would be right.</param>
internal sealed record Flaw(FlawKind Kind, string Path, string Sentence)
{
    /// <summary>The same flaw, seen from what holds the message in a field, or at a place of a list.</summary>
    public Flaw Within(string holder) =>
        this with { Path = Path.Length == 0 || Path[0] == '[' ? $"{holder}{Path}" : $"{holder}.{Path}" };
}

/// <summary>What sort of value is wrong.</summary>
internal enum FlawKind
{
    /// <summary>A time that no calendar has.</summary>
    Time,

    /// <summary>A number below zero that counts something.</summary>
    Count,

    /// <summary>A number in place of a word.</summary>
    Word,

    /// <summary>More items than a list or map may have.</summary>
    Items,

    /// <summary>Something other than a text in a list of lines.</summary>
    Line,
}
