using System.Buffers;

namespace Brokkr.Contracts.Text;

/// <summary>Finds secrets that fixed words announce: of routers, of Windows, of Vault, of PuTTY, and schemes of their own. Pure.</summary>
internal static class Announced
{
    private const int ShortestKey = 4;
    private const int ShortestShare = 20;
    private const int MostLines = 128;

    private static readonly SearchValues<char> Space = SearchValues.Create(" ");
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    /// <param name="text">The text.</param>
    /// <param name="start">Where the word begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="before">The word before it in the same sentence; empty where there is none.</param>
    /// <param name="budget">Pays for what is looked at.</param>
    public static Found Find(string text, int start, int end, ReadOnlySpan<char> before, RedactionBudget budget) =>
        text.AsSpan(start, end - start) switch
        {
            "community" when before is "snmp-server" => Next(text, end, 1),
            "key" when before is "radius-server" or "tacacs-server" => Next(text, end, ShortestKey, hasDigit: true),
            "GenieKey" or "SSWS" => Next(text, end, ShortestShare, hasDigit: true),
            "Key" or "key" when before is "Unseal" or "unseal" or "Recovery" or "recovery" => Share(text, end),
            "Private-Lines" => Lines(text, end, budget),
            var name when before is "setx" && SecretKeys.Of(name, "") is KeyKind.Strict or KeyKind.Loose => Next(text, end, ShortestKey),
            _ => default,
        };

    private static Found Next(string text, int end, int least, bool hasDigit = false)
    {
        var start = end + Words.Run(text, end, Space, 2);
        var last = start;
        while (last < text.Length && last - start < SecretValue.Decisive && !char.IsWhiteSpace(text[last]))
            last++;
        return start == end || last - start < least
            || (hasDigit && !Words.HasDigit(text.AsSpan(start, last - start))) || Redactor.IsMarkAt(text, Math.Min(start, text.Length))
            ? default
            : new(start, last, RedactionRules.Value);
    }

    /// <summary><c>Unseal Key 1: …</c></summary>
    private static Found Share(string text, int end)
    {
        var number = end + Words.Run(text, end, Space, 1);
        var colon = number + Words.Run(text, number, Digits, 3);
        if (!Words.StartsAt(text, colon, ": "))
            return default;
        var start = colon + 2;
        var length = Words.Run(text, start, Words.Base64, SecretValue.Decisive);
        return length >= ShortestShare ? new(start, start + length, RedactionRules.Value) : default;
    }

    /// <summary>As many lines of base64 as follow.</summary>
    private static Found Lines(string text, int end, RedactionBudget budget)
    {
        var first = Words.StartsAt(text, end, ": ") ? end + 2 + Words.Run(text, end + 2, Digits, 4) : text.Length;
        if (first >= text.Length || text[first] != '\n')
            return default;
        var last = first++;
        for (var line = 0; line < MostLines && last + 1 < text.Length; line++)
        {
            var length = Words.Run(text, last + 1, Words.Base64, SecretValue.Decisive);
            var next = last + 1 + length;
            if (length == 0 || (next < text.Length && text[next] != '\n'))
                break;
            last = next;
        }

        budget.Steps += last - end;
        return last > first ? new(first, last, RedactionRules.Pem) : default;
    }
}
