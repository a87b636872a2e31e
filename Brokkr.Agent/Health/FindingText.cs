using System.Text;
using Brokkr.Contracts;

namespace Brokkr.Agent.Health;

/// <summary>Makes text from the cluster fit for a report: one line without control characters, bounded. Pure.</summary>
internal static class FindingText
{
    private const char Cut = '…';

    public static string Message(string text) => Clean(text, Limits.MessageLength);

    public static string Name(string text) => Clean(text, Limits.NameLength);

    private static string Clean(string text, int maxLength)
    {
        var clean = new StringBuilder(Math.Min(text.Length, maxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            var next = rune.Value is '\n' or '\r' or '\t' ? " " : Rune.IsControl(rune) ? "\uFFFD" : rune.ToString();
            if (clean.Length + next.Length > maxLength)
            {
                clean.Length = Math.Min(clean.Length, maxLength - 1);
                return clean.Append(Cut).ToString();
            }

            clean.Append(next);
        }

        return clean.ToString();
    }
}
