namespace Brokkr.Contracts.Text;

/// <summary>
/// Finds passwords that a shell hands over by a pipe: <c>echo … | docker login --password-stdin</c>. Pure; looks at a bounded number of
/// characters.
/// </summary>
internal static class PipedSecrets
{
    private const int Farthest = 256;

    private static readonly System.Buffers.SearchValues<string> Takers = System.Buffers.SearchValues.Create(
        ["--password-stdin", "--stdin", "chpasswd", "sudo -S", "--passphrase-fd", "--with-token", "cryptsetup ", "kinit ", "smbpasswd -s"],
        StringComparison.Ordinal);

    /// <param name="text">The text.</param>
    /// <param name="at">Behind <c>echo</c> or <c>printf</c>.</param>
    /// <param name="budget">Pays for what is looked at.</param>
    public static (int Start, int End) Find(string text, int at, RedactionBudget budget)
    {
        var line = text.AsSpan(at, Math.Min(Farthest, text.Length - at));
        if (line.IndexOf('\n') is var end and >= 0)
            line = line[..end];
        budget.Steps += line.Length;
        var pipe = line.IndexOf('|');
        if (pipe < 0 || !line[pipe..].ContainsAny(Takers))
            return default;
        // The last argument; the others are options and how to write it.
        var argument = line[..pipe].TrimEnd();
        var first = 0;
        if (argument.Length > 0 && argument[^1] is '"' or '\'')
        {
            var quote = argument[^1];
            argument = argument[..^1].TrimEnd('\\');
            first = argument.LastIndexOf(quote) + 1;
        }
        else
            first = argument.LastIndexOfAny(' ', '\t') + 1;

        if (line[pipe..].IndexOf("chpasswd") >= 0)
            first += argument[first..].IndexOf(':') + 1;
        var value = argument[first..];
        return value.Length < 4 || value[0] is '$' or '-' or '<' || Redactor.HoldsMark(value)
            ? default
            : (at + first, at + argument.Length);
    }
}
