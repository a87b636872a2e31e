using System.Text;
using Brokkr.Contracts;

namespace Brokkr.Agent.Health;

/// <summary>
/// Makes text from the cluster fit for a report: one line without control characters, bounded in bytes, so that a full report stays below what
/// the broker takes whatever the script. Pure.
/// </summary>
internal static class FindingText
{
    private const char Cut = '…';
    private const int CutBytes = 3;

    public static string Message(string text) => Clean(text, Limits.MessageLength);

    public static string Name(string text) => Clean(text, Limits.NameLength);

    private static string Clean(string text, int maxBytes)
    {
        var clean = new StringBuilder(Math.Min(text.Length, maxBytes));
        var (bytes, fits) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            var next = rune.Value is '\n' or '\r' or '\t' ? new Rune(' ') : Rune.IsControl(rune) ? Rune.ReplacementChar : rune;
            bytes += next.Utf8SequenceLength;
            if (bytes > maxBytes)
            {
                clean.Length = fits;
                return clean.Append(Cut).ToString();
            }

            clean.Append(next.ToString());
            if (bytes <= maxBytes - CutBytes)
                fits = clean.Length;
        }

        return clean.ToString();
    }
}
