using System.Buffers;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Tells the secrets of a list from the words, names and rules that stand in lists under the same keys (what is wrong with a password, the
/// secrets that a pod mounts, the tokens of a parser). Pure.
/// </summary>
/// <param name="Kind">What the key says of each item.</param>
/// <param name="IsOfSecrets">Whether the key is <c>secrets</c>, as of Kubernetes and Compose: names are their usual items.</param>
/// <param name="IsPlural">Whether the key speaks of several passwords, so that its items are them and not what is wrong with one.</param>
internal readonly record struct ListRule(KeyKind Kind, bool IsOfSecrets, bool IsPlural)
{
    private const int ShortestStrict = 4;
    private const int ShortestLoose = 8;

    /// <summary>What is said of passwords.</summary>
    private static readonly HashSet<string> Faults = new(
        ["reused", "leaked", "breached", "common", "compromised", "mismatched", "matching", "different", "identical", "equal", "blank",
            "strong", "length", "digits", "symbols", "letters", "uppercase", "lowercase", "special", "numbers", "hashed", "stored"],
        StringComparer.OrdinalIgnoreCase);

    private static readonly SearchValues<char> NameLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-./");
    private static readonly SearchValues<char> Signs = SearchValues.Create("!@#%^&*+=~?$");

    public static SearchValues<char> Space { get; } = SearchValues.Create(" \t\n");

    public static ListRule Of(KeyKind kind, ReadOnlySpan<char> key) =>
        new(
            kind,
            key.EndsWith("secret", StringComparison.OrdinalIgnoreCase) || key.EndsWith("secrets", StringComparison.OrdinalIgnoreCase),
            kind == KeyKind.Strict && key[^1] is 's' or 'S' && !key.EndsWith("pass", StringComparison.OrdinalIgnoreCase));

    /// <param name="item">Without its quotes.</param>
    public bool IsSecret(ReadOnlySpan<char> item)
    {
        if (item.Length < (Kind == KeyKind.Strict ? ShortestStrict : ShortestLoose) || item.ContainsAny(Space) || item.Contains(':')
            || Redactor.IsMark(item) || item[0] is '$' or '<' or '{' or '(' or '-' || !Words.HasLetter(item))
            return false;
        if (Words.IsUuid(item) || Words.IsObjectName(item) || Words.IsPath(item) || Sentences.IsWay(item) || IsName(item))
            return false;
        if (!Words.HasDigit(item))
            return Kind == KeyKind.Strict && item.Length >= 6 && (item.ContainsAny(Signs) || IsPlainPassword(item));
        return !IsOfSecrets || (item.Length >= 6 && (item.ContainsAnyExcept(NameLetters) || item.IndexOfAny('_', '-', '.') < 0));
    }

    /// <summary>A word of letters that does not speak of passwords.</summary>
    private bool IsPlainPassword(ReadOnlySpan<char> item) =>
        IsPlural && !IsOfSecrets && !item.ContainsAnyExcept(Words.Letters) && !item.Contains('…') && !ValueRules.IsNoValue(item)
            && !Faults.GetAlternateLookup<ReadOnlySpan<char>>().Contains(item);

    /// <summary>The same of a text that no list surrounds, so that counts and names of several stay.</summary>
    public bool IsSecretAlone(ReadOnlySpan<char> item) =>
        Kind == KeyKind.Strict && !IsOfSecrets && item.Length >= 6 && Words.HasDigit(item) && IsSecret(item);

    /// <summary><c>min_length_8</c>: words and numbers.</summary>
    private static bool IsName(ReadOnlySpan<char> item)
    {
        if (item.ContainsAnyExcept(NameLetters) || !item.Contains('_'))
            return false;
        foreach (var range in item.SplitAny('_', '-', '.'))
        {
            if (Words.HasDigit(item[range]) && Words.HasLetter(item[range]))
                return false;
        }

        return true;
    }
}
