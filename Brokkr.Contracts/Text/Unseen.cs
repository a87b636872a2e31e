using System.Buffers;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Knows what stands in a text for a character that was not to be seen (a soft hyphen, a space without width, a mark of direction), as the
/// cleaner and as JSON, HTML and addresses write it. Such characters part the word that names a secret. Pure.
/// </summary>
internal static class Unseen
{
    private const int MostSlashes = 32;

    /// <summary>Without the backslashes before them; of lengths that their first letters tell.</summary>
    private static readonly HashSet<string> Codes = new(
        [
            "xad", "u00ad", "u200b", "u200c", "u200d", "u200e", "u200f", "u2028", "u2029", "u202a", "u202b", "u202c", "u202d", "u202e",
            "u2060", "u2061", "u2062", "u2063", "u2064", "u2065", "u2066", "u2067", "u2068", "u2069", "u206a", "u206b", "u206c", "u206d",
            "u206e", "u206f", "ufeff", "u034f", "u061c", "u180e", "u115f", "u1160", "u3164", "uffa0", "u2800", "u17b4", "u17b5", "ufffe",
            "uffff",
        ],
        StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Entities =
    [
        "&shy;", "&zwnj;", "&zwj;", "&ZeroWidthSpace;", "&NoBreak;", "&#173;", "&#xad;", "&#8203;", "&#8204;", "&#8205;", "&#8288;",
        "&#65279;", "&#x200b;", "&#x200c;", "&#x200d;", "&#x2060;", "&#xfeff;", "%C2%AD", "%E2%80%8B", "%E2%80%8C", "%E2%80%8D",
        "%E2%81%A0", "%EF%BB%BF",
    ];

    /// <summary>What a text holds at least in which something of this stands.</summary>
    public static SearchValues<string> Signs { get; } = SearchValues.Create(
        [@"\x", @"\u", @"\U000e", .. Entities], StringComparison.OrdinalIgnoreCase);

    /// <summary>How long it is that stands here for such a character; 0 where none does.</summary>
    public static int LengthAt(string text, int at)
    {
        if (at >= text.Length || text[at] is not ('\\' or '&' or '%'))
            return 0;
        if (text[at] != '\\')
        {
            foreach (var entity in Entities)
            {
                if (string.Compare(text, at, entity, 0, entity.Length, StringComparison.OrdinalIgnoreCase) == 0)
                    return entity.Length;
            }

            return 0;
        }

        var code = at + 1 + Words.Run(text, at + 1, Words.Slashes, MostSlashes - 1);
        if (Words.StartsAt(text, code, "U000e0") && Words.Run(text, code + 1, Words.Hex, 8) == 8)
            return code + 9 - at;
        if (string.Compare(text, code, "udb40", 0, 5, StringComparison.OrdinalIgnoreCase) == 0
            && text.IndexOf("udc", code, Math.Min(16, text.Length - code), StringComparison.OrdinalIgnoreCase) is var low and > 0
            && Words.Run(text, low + 1, Words.Hex, 4) == 4)
            return low + 5 - at;
        var length = code < text.Length && text[code] == 'x' ? 3 : 5;
        if (code + length > text.Length)
            return 0;
        var letters = text.AsSpan(code, length);
        return Codes.GetAlternateLookup<ReadOnlySpan<char>>().Contains(letters)
            || IsControl(length == 3 ? letters : letters.StartsWith("u00") ? letters[2..] : "x20")
            ? code + length - at
            : 0;
    }

    /// <summary>A name without what stands in it for such characters.</summary>
    public static string Without(string text, int start, int end)
    {
        var kept = new System.Text.StringBuilder(end - start);
        for (var at = start; at < end;)
        {
            if (LengthAt(text, at) is var unseen and > 0)
                at += unseen;
            else
                kept.Append(text[at++]);
        }

        return kept.ToString();
    }

    /// <summary>Any but those that part words: tabs and ends of lines.</summary>
    private static bool IsControl(ReadOnlySpan<char> code) =>
        byte.TryParse(code[1..], System.Globalization.NumberStyles.AllowHexSpecifier, null, out var value)
            && value is < 9 or 11 or 12 or (> 13 and < 32) or (>= 0x7f and <= 0x9f);
}
