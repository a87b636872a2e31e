using System.Buffers;
using System.Text;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Takes the codes out that colour a terminal, raw or as programs write them (<c>\x1b[31m</c>, <c>\u001b[0m</c>): they carry nothing, and
/// stand between a key and its value. What is left holds none, also where codes were nested. Pure, linear.
/// </summary>
internal static class ColourCodes
{
    /// <summary>Longer ones are no colours.</summary>
    private const int LongestNumbers = 32;

    private static readonly string[] Beginnings = ["\u001b", @"\x1b", @"\x1B", @"\u001b", @"\u001B", @"\033", @"\e"];
    private static readonly SearchValues<string> Any = SearchValues.Create(Beginnings, StringComparison.Ordinal);

    public static string Strip(string text)
    {
        if (!text.AsSpan().ContainsAny(Any))
            return text;
        var kept = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            kept.Append(c);
            if (c == 'm' && BeginningOf(kept) is var at and >= 0)
                kept.Length = at;
        }

        return kept.Length == text.Length ? text : kept.ToString();
    }

    /// <summary>Where the code begins that ends with the last character; -1 where it ends none.</summary>
    private static int BeginningOf(StringBuilder text)
    {
        Span<char> tail = stackalloc char[Math.Min(text.Length, LongestNumbers + 8)];
        text.CopyTo(text.Length - tail.Length, tail, tail.Length);
        var bracket = tail.Length - 2;
        while (bracket >= 0 && (char.IsAsciiDigit(tail[bracket]) || tail[bracket] == ';'))
            bracket--;
        if (bracket < 0 || tail[bracket] != '[')
            return -1;
        foreach (var beginning in Beginnings)
        {
            if (tail[..bracket].EndsWith(beginning))
                return text.Length - tail.Length + bracket - beginning.Length;
        }

        return -1;
    }
}
