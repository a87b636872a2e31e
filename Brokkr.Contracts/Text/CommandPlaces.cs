namespace Brokkr.Contracts.Text;

/// <summary>Follows the arguments of a program that takes a password by its place, word by word.</summary>
internal sealed class CommandPlaces
{
    private const int Shortest = 4;
    private readonly List<(string[] Place, int Next)> _open = [];

    public void Clear() => _open.Clear();

    public void Begin(CommandOptions program)
    {
        _open.Clear();
        foreach (var place in program.Places)
            _open.Add((place, 0));
    }

    /// <summary>What of the next word is secret; nothing where nothing is.</summary>
    /// <param name="word">The word.</param>
    /// <param name="isBehindOption">Whether it may be the argument of the option before it.</param>
    public (int Start, int End) Take(ReadOnlySpan<char> word, bool isBehindOption)
    {
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            var (place, next) = _open[i];
            var expected = place[next];
            if (word[0] == '-' || (word[0] == '/' && !word.StartsWith("//")))
            {
                if (expected[0] == '-' && word.Length <= 8 && word.Length > 1 && word[1] != '-' && word.Contains(expected[1]))
                    _open[i] = (place, next + 1);
                continue;
            }

            if (expected is "!/" or "!:")
            {
                if (Behind(word, expected[1]) is { End: > 0 } behind)
                {
                    _open.Clear();
                    return behind;
                }

                continue;
            }

            // An option with an argument of its own changes no place.
            if (isBehindOption && expected[0] != '*' && next == 0 && !Fits(expected, word))
                continue;
            if (expected == "!")
            {
                if (IsSecret(word))
                {
                    _open.Clear();
                    return (0, word.Length);
                }

                _open.RemoveAt(i);
            }
            else if (Fits(expected, word))
                _open[i] = (place, next + 1);
            else
                _open.RemoveAt(i);
        }

        return default;
    }

    private static bool Fits(string expected, ReadOnlySpan<char> word) => expected switch
    {
        "*" => true,
        @"\\" or "//" => word.StartsWith(expected),
        [':', ..] => word.EndsWith(expected),
        _ => word.Equals(expected, StringComparison.Ordinal),
    };

    private static bool IsSecret(ReadOnlySpan<char> word) =>
        word.Length >= Shortest
            && word[0] is not ('<' or '[' or '$' or '{' or '(' or '*' or '\\')
            && Words.IsMixed(word)
            && Words.HasLetter(word)
            && !Words.IsObjectName(word) && !Words.IsPath(word) && !Redactor.HoldsMark(word) && word.IndexOfAny("/@") < 0
            && word[^1] is not (':' or ',' or '.' or '>');

    /// <summary><c>scott/…@db</c>, <c>root:…@db</c>.</summary>
    private static (int Start, int End) Behind(ReadOnlySpan<char> word, char sign)
    {
        var start = word.IndexOf(sign) + 1;
        var end = word.LastIndexOf('@') is var host && host > start ? host : word.Length;
        return start < 2 || end - start < Shortest || (sign == ':' && end == word.Length) || word[start] is '/' or '$' or '<'
            || word[..(start - 1)].ContainsAnyExcept(Words.Dotted) || Redactor.HoldsMark(word) || word[start..end].Contains('/')
            || word[start..end].EndsWith(".sql")
            ? default
            : (start, end);
    }
}
