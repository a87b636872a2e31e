namespace Brokkr.Contracts.Text;

/// <summary>Makes input fit to be repeated in an error: cleaned, redacted, one line, short. Pure.</summary>
public static class Echo
{
    /// <summary>Enough to find the place again in what was sent.</summary>
    public const int Length = 200;

    public static string Of(string? text, int maxLength = Length) =>
        TextCleaner.Clean(ShortText.Redacted(text ?? "", new RedactionBudget()).Replace('\n', ' '), maxLength);
}
