using System.Globalization;
using System.Text;

namespace Brokkr.Contracts.Text;

/// <summary>A page of Markdown that is put together line by line. What others said stands in code, where it is nothing but text.</summary>
public sealed class MarkdownText
{
    private readonly StringBuilder _text = new();

    /// <summary>A text of others within a line, cleaned; nothing for one without a character.</summary>
    public static string Code(string text)
    {
        var clean = TextCleaner.Clean(text).Trim();
        var ticks = Ticks(clean, 1);
        return clean.Length == 0 ? "" : ticks.Length == 1 ? $"`{clean}`" : $"{ticks} {clean} {ticks}";
    }

    /// <summary>Lines of the page itself.</summary>
    public void Add(params IEnumerable<string> lines)
    {
        foreach (var line in lines)
            _text.Append(CultureInfo.InvariantCulture, $"{line}\n");
    }

    /// <summary>Lines of others, cleaned, in a block of their own.</summary>
    public void Fence(IEnumerable<string> lines)
    {
        var clean = lines.Select(l => TextCleaner.Clean(l)).ToList();
        var fence = Ticks(string.Join('\n', clean), 3);
        Add(["", $"{fence}text", .. clean, fence]);
    }

    /// <summary>The page.</summary>
    public override string ToString() => _text.ToString();

    /// <summary>More backticks than the text has in a row end it.</summary>
    private static string Ticks(string text, int atLeast)
    {
        var (longest, run) = (0, 0);
        foreach (var c in text)
            longest = Math.Max(longest, run = c == '`' ? run + 1 : 0);
        return new('`', Math.Max(atLeast, longest + 1));
    }
}
