using System.Globalization;
using System.Text;
using Brokkr.Contracts.Text;

namespace Brokkr.Cli.Terminal;

/// <summary>Writes what a terminal would not show, or would obey, as escapes that programs read as the same. Pure.</summary>
internal static class HiddenText
{
    /// <param name="text">JSON or YAML, whose own layout has no hidden character but line ends.</param>
    /// <param name="pair">How the format writes a character of two surrogates.</param>
    public static string Escape(string text, Func<string, string> pair)
    {
        var shown = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || !TextCleaner.IsHidden(text, i))
                shown.Append(text[i]);
            else if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                shown.Append(pair(text.Substring(i++, 2)));
            else
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
        }

        return shown.ToString();
    }
}
