namespace Brokkr.Agent.Health.Custom;

/// <summary>
/// The lists of words by which resources without a rule of their own are judged. Upper and lower case are alike, <c>*</c> stands for any
/// text, <c>?</c> for any letter, and a word behind <c>!</c> is an exception.
/// </summary>
internal sealed record RuleWords
{
    /// <summary>Condition types that say as a whole how a resource is.</summary>
    public WordList ReadyTypes { get; init; } = WordList.Empty;

    /// <summary>Condition types whose being True is a fault.</summary>
    public WordList FailureTypes { get; init; } = WordList.Empty;

    /// <summary>Condition types whose being True means stopped on purpose.</summary>
    public WordList PausedTypes { get; init; } = WordList.Empty;

    /// <summary>Reasons that make a false condition of a ready type a fault.</summary>
    public WordList ErrorReasons { get; init; } = WordList.Empty;

    /// <summary>Reasons that make any other false condition a fault.</summary>
    public WordList OtherErrorReasons { get; init; } = WordList.Empty;

    /// <summary>Reasons that make a fault even of a condition that is True.</summary>
    public WordList FailureReasons { get; init; } = WordList.Empty;

    /// <summary>Reasons that mean waiting, whatever else they sound like.</summary>
    public WordList WaitingReasons { get; init; } = WordList.Empty;

    /// <summary>Reasons why a condition of a ready type is not True that mean stopped on purpose.</summary>
    public WordList PausedReasons { get; init; } = WordList.Empty;

    public WordList BadPhases { get; init; } = WordList.Empty;

    public WordList WaitingPhases { get; init; } = WordList.Empty;

    public WordList PausedPhases { get; init; } = WordList.Empty;

    /// <summary>API groups of what a cloud makes.</summary>
    public WordList Clouds { get; init; } = WordList.Empty;

    /// <summary>These words and more.</summary>
    public RuleWords With(RuleWords more) => new()
    {
        ReadyTypes = ReadyTypes.With(more.ReadyTypes),
        FailureTypes = FailureTypes.With(more.FailureTypes),
        PausedTypes = PausedTypes.With(more.PausedTypes),
        ErrorReasons = ErrorReasons.With(more.ErrorReasons),
        OtherErrorReasons = OtherErrorReasons.With(more.OtherErrorReasons),
        FailureReasons = FailureReasons.With(more.FailureReasons),
        WaitingReasons = WaitingReasons.With(more.WaitingReasons),
        PausedReasons = PausedReasons.With(more.PausedReasons),
        BadPhases = BadPhases.With(more.BadPhases),
        WaitingPhases = WaitingPhases.With(more.WaitingPhases),
        PausedPhases = PausedPhases.With(more.PausedPhases),
        Clouds = Clouds.With(more.Clouds),
    };
}
