using System.Buffers;
using System.Globalization;
using System.Text;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Makes text of clusters and agents harmless to show and to store: control, bidi and invisible characters become visible escapes
/// (<c>\x1b</c>, <c>\u202e</c>), printable text of any script stays as it is. Pure, idempotent, linear.
/// </summary>
public static class TextCleaner
{
    /// <summary>Ends a text that was longer than permitted.</summary>
    private const string CutMark = "…[cut]";

    /// <summary>
    /// Letters and symbols that show nothing (fillers of Hangul, the empty pattern of Braille, the joiner of graphemes, vowels of Khmer),
    /// and what is no character.
    /// </summary>
    private static readonly SearchValues<char> Blanks = SearchValues.Create(
        "\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5\u2065\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4\ufdd5\ufdd6"
        + "\ufdd7\ufdd8\ufdd9\ufdda\ufddb\ufddc\ufddd\ufdde\ufddf"
        + "\ufde0\ufde1\ufde2\ufde3\ufde4\ufde5\ufde6\ufde7\ufde8\ufde9\ufdea\ufdeb\ufdec\ufded\ufdee\ufdef");

    /// <summary>Cleans one line: colours go, the rest of what has no shape of its own becomes visible.</summary>
    public static string Clean(string text)
    {
        text = ColourCodes.Strip(text);
        return IndexOfBad(text, 0) is var firstBad and >= 0 ? Escape(text, firstBad) : text;
    }

    /// <summary>Cleans one line and bounds it to a number of UTF-16 characters.</summary>
    public static string Clean(string? text, int maxLength)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        // Escapes only make a text longer: what lies far behind the bound need not be looked at.
        var from = text.Length <= maxLength ? text : text[..(maxLength + 1)];
        var firstBad = IndexOfBad(from, 0);
        var clean = firstBad < 0 ? from : Escape(from, firstBad);
        return text.Length <= maxLength && clean.Length <= maxLength ? clean : Cut(clean, maxLength);
    }

    /// <summary>Whether the character at a place, of which a pair of surrogates is one, would be cleaned.</summary>
    public static bool IsHidden(string text, int at) =>
        char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? IsBadPair(text, at) : IsBad(text[at]);

    /// <summary>The longest beginning that fits together with the mark, without half a surrogate pair.</summary>
    private static string Cut(string text, int maxLength)
    {
        var keep = Math.Max(0, maxLength - CutMark.Length);
        if (keep > 0 && keep < text.Length && char.IsHighSurrogate(text[keep - 1]))
            keep--;
        return string.Concat(text.AsSpan(0, Math.Min(keep, text.Length)), CutMark);
    }

    private static string Escape(string text, int firstBad)
    {
        var clean = new StringBuilder(text, 0, firstBad, text.Length + 32);
        for (var i = firstBad; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                if (IsBadPair(text, i))
                    clean.Append(CultureInfo.InvariantCulture, $"\\U{char.ConvertToUtf32(c, text[i + 1]):x8}");
                else
                    clean.Append(c).Append(text[i + 1]);
                i++;
            }
            else if (!IsBad(c))
            {
                clean.Append(c);
            }
            else if (c < 0x100)
            {
                clean.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
            }
            else
            {
                clean.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
        }

        return clean.ToString();
    }

    private static int IndexOfBad(string text, int start)
    {
        for (var i = start; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                if (IsBadPair(text, i))
                    return i;
                i++;
            }
            else if (IsBad(text[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>A tab is an ordinary part of logs; everything else without a shape of its own is not.</summary>
    private static bool IsBad(char c) => c >= ' ' && c < 0x7f
        ? false
        : c != '\t' && (IsBad(CharUnicodeInfo.GetUnicodeCategory(c)) || Blanks.Contains(c) || c >= '\ufffe');

    /// <summary>Tags, and what is no character in any plane, besides the categories.</summary>
    private static bool IsBadPair(string text, int at) =>
        IsBad(CharUnicodeInfo.GetUnicodeCategory(text, at))
            || (char.ConvertToUtf32(text[at], text[at + 1]) is var rune
            && (rune is >= 0xe0000 and <= 0xe0fff or 0x1d159 || (rune & 0xfffe) == 0xfffe));

    private static bool IsBad(UnicodeCategory category) => category is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
