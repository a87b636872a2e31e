using System.Buffers;
using System.Text;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Shortens what the API server refuses with, so that field and reason stand: of <c>spec.selector: Invalid value: {…}: field is
/// immutable</c> the dump goes, else the middle. Pure, linear.
/// </summary>
public static class RefusalText
{
    private const string Cut = "…[cut]…";

    /// <summary>What is left of a dump: enough to know it again.</summary>
    private const int DumpHead = 48;

    private static readonly SearchValues<string> Signs =
        SearchValues.Create(["Invalid value: ", "Unsupported value: ", "Duplicate value: "], StringComparison.Ordinal);

    /// <summary>Redacted, one line, at most as long as a message.</summary>
    public static string Of(string text)
    {
        var line = ShortText.Redacted(text, new RedactionBudget(), Limits.RedactedTextLength).Replace('\n', ' ');
        if (line.Length <= Limits.MessageLength)
            return ShortText.Message(line);
        line = WithoutDumps(line);
        if (line.Length > Limits.MessageLength)
            line = Middle(line, Limits.MessageLength);
        // Beyond the script of ASCII a character has up to three bytes.
        return ShortText.Message(Encoding.UTF8.GetByteCount(line) <= Limits.MessageLength ? line : Middle(line, Limits.MessageLength / 3));
    }

    private static string WithoutDumps(string text)
    {
        var (kept, copied) = (new StringBuilder(text.Length), 0);
        while (FirstSign(text, copied) is var start and >= 0)
        {
            var end = EndOfDump(text, start);
            var head = Math.Min(end, start + DumpHead);
            kept.Append(text, copied, head - copied);
            if (end - start > DumpHead)
                kept.Append(Cut);
            copied = Math.Max(head, end);
        }

        return kept.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>Where the next dump begins; -1 where none does.</summary>
    private static int FirstSign(string text, int from)
    {
        var at = text.AsSpan(from).IndexOfAny(Signs);
        return at < 0 ? -1 : text.IndexOf(": ", from + at, StringComparison.Ordinal) + 2;
    }

    /// <summary>Where brackets and quotes are closed again and the reason follows; the end of the text where they never are.</summary>
    private static int EndOfDump(string text, int start)
    {
        var (depth, isQuoted) = (0, false);
        for (var i = start; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == '"')
                isQuoted = !isQuoted;
            else if (!isQuoted && text[i] is '{' or '[' or '(')
                depth++;
            else if (!isQuoted && text[i] is '}' or ']' or ')')
                depth--;
            else if (!isQuoted && depth <= 0 && text[i] == ':' && i + 1 < text.Length && text[i + 1] == ' ')
                return i;
        }

        // A server that cuts its dumps leaves brackets open: the reason is what follows the last colon.
        return text.LastIndexOf(": ", StringComparison.Ordinal) is var last && last > start ? last : text.Length;
    }

    private static string Middle(string text, int length)
    {
        var (head, tail) = (length / 2 - Cut.Length, length / 2 - Cut.Length);
        if (char.IsHighSurrogate(text[head - 1]))
            head--;
        if (char.IsLowSurrogate(text[^tail]))
            tail--;
        return string.Concat(text.AsSpan(0, head), Cut, text.AsSpan(text.Length - tail));
    }
}
