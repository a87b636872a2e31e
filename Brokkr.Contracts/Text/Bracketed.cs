using System.Buffers;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Tells a value in brackets, <c>password=(…)</c> and <c>token: &lt;…&gt;</c>, from what stands there in place of one: words, types, and
/// what a reader is to fill in. Pure; looks at a bounded number of characters.
/// </summary>
internal static class Bracketed
{
    private const int Longest = 128;
    private const int Shortest = 5;

    private static readonly SearchValues<char> Structure = SearchValues.Create(" \t\n=:,|\"'`<>(){}[]$\\…");

    /// <summary>What a word in brackets speaks of when it is no value.</summary>
    private static readonly SearchValues<string> Spoken = SearchValues.Create(
        [
            "pass", "pwd", "secret", "token", "key", "your", "user", "name", "value", "char", "byte", "len", "hidden", "redact", "mask",
            "omit", "cred", "example", "here", "insert", "xxx", "***", "..", "int", "float", "uuid", "hash", "object", "type", "0x",
        ],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>The value within the brackets that begin here; nothing where there is none.</summary>
    public static (int Start, int End) Find(string text, int at)
    {
        var close = text[at] switch { '(' => ')', '<' => '>', '[' => ']', '{' => '}', _ => '\0' };
        if (close == '\0' || Redactor.IsMarkAt(text, at))
            return default;
        var end = text.IndexOf(close, at, Math.Min(Longest, text.Length - at));
        return end > at && IsValue(text.AsSpan(at + 1, end - at - 1)) ? (at + 1, end) : default;
    }

    private static bool IsValue(ReadOnlySpan<char> inner) =>
        inner.Length >= Shortest && Words.HasLetter(inner) && (Words.HasDigit(inner) || inner.IndexOfAny("!@#%") >= 0)
            && !inner.ContainsAny(Structure) && !inner.ContainsAny(Spoken) && !Words.IsObjectName(inner) && !Words.IsPath(inner)
            && !Words.IsUuid(inner) && !Sentences.IsWay(inner) && !(inner[0] is 'v' or 'V' or '#' or '!' && char.IsAsciiDigit(inner[1]));
}
