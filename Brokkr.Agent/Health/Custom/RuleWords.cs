namespace Brokkr.Agent.Health.Custom;

/// <summary>
/// The lists of words by which resources without a rule of their own are judged. Upper and lower case are alike, <c>*</c> stands for any
/// text.
/// </summary>
internal sealed record RuleWords
{
    /// <summary>Condition types that say as a whole how a resource is.</summary>
    public WordList ReadyTypes { get; init; } = WordList.Empty;

    /// <summary>Condition types whose being True is a fault.</summary>
    public WordList FailureTypes { get; init; } = WordList.Empty;

    /// <summary>Reasons that make a false condition of a ready type a fault.</summary>
    public WordList ErrorReasons { get; init; } = WordList.Empty;

    /// <summary>Reasons that make any other false condition a fault.</summary>
    public WordList OtherErrorReasons { get; init; } = WordList.Empty;

    public WordList BadPhases { get; init; } = WordList.Empty;

    public WordList WaitingPhases { get; init; } = WordList.Empty;

    public WordList PausedPhases { get; init; } = WordList.Empty;
}

/// <summary>Words in which <c>*</c> stands for any text; upper and lower case are alike.</summary>
internal sealed class WordList(IEnumerable<string> words)
{
    public static readonly WordList Empty = new([]);

    private readonly string[] _words = [.. words];

    public bool Has(string? text) =>
        text is { Length: > 0 } && Array.Exists(_words, word => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(word, text));

    public WordList With(WordList more) => new(_words.Concat(more._words));
}
