namespace Brokkr.Contracts.Text;

/// <summary>
/// Shows a text that holds others with their ends of lines escaped, as JSON does, with lines: where a list of YAML begins is told by them.
/// Pure, linear.
/// </summary>
internal static class EscapedLines
{
    /// <summary>
    /// The same text, as long as it was, with <c>\n</c> and <c>\r</c> as ends of lines and spaces; the same instance without any.
    /// </summary>
    public static string Unfold(string text)
    {
        var first = text.IndexOf(@"\n", StringComparison.Ordinal);
        return first < 0 ? text : string.Create(text.Length, (text, first), static (view, from) =>
        {
            from.text.CopyTo(view);
            for (var i = from.first + 1; i < view.Length; i++)
            {
                if (view[i] is not ('n' or 'r') || view[i - 1] != '\\')
                    continue;
                view[i] = view[i] == 'n' ? '\n' : ' ';
                for (var slash = i - 1; slash >= 0 && view[slash] == '\\'; slash--)
                    view[slash] = ' ';
            }
        });
    }
}
