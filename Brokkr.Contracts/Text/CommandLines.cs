using System.Buffers;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Takes passwords out of commands whose options for them have names of one letter, or that take them by their place: <c>curl -u ann:…</c>,
/// <c>docker login -p …</c>, <c>htpasswd -b file ann …</c>, in a shell's line as in a list of arguments. Linear.
/// </summary>
internal static class CommandLines
{
    private const int LongestProgram = 24;

    private static readonly SearchValues<char> PortLetters = SearchValues.Create("0123456789:./-tcpudp");
    private static readonly SearchValues<char> Punctuation = SearchValues.Create(" ,[](){}:\\+-");
    private static readonly SearchValues<char> CurlFlags = SearchValues.Create("sSLkvifgIqNjJ");
    private static readonly SearchValues<string> Signs = SearchValues.Create([.. CommandTable.Signs], StringComparison.OrdinalIgnoreCase);

    public static string Redact(string given, RedactionBudget budget)
    {
        if (!given.AsSpan().ContainsAny(Signs))
            return given;
        var (edits, text) = (new Edits(given, budget), EscapedLines.Unfold(given));
        CommandOptions? command = null;
        var places = new CommandPlaces();
        string? option = null;
        for (var at = 0; at < text.Length; at++)
        {
            // Arguments may stand one below the other, as items.
            if (text[at] is '|' or ';' or '&' || (text[at] == '\n' && !Blocks.IsItem(text, at + 1)))
            {
                (command, option) = (null, null);
                places.Clear();
            }

            if (!IsPart(text[at]))
                continue;
            var start = at;
            while (at < text.Length && IsPart(text[at]))
                at++;
            // The quotes belong to the word around them, the spaces within quotes as well.
            if (start > 0 && text[start - 1] is '"' or '\'' && option is not null
                && text.IndexOf(text[start - 1], start, Math.Min(256, text.Length - start)) is var quote and > 0)
                at = quote;
            var end = at--;
            var isQuoted = end < text.Length && text[end] is '"' or '\'';
            while (isQuoted && end > start && text[end - 1] == '\\')
                end--;
            var word = text.AsSpan(start, end - start);
            budget.Steps += word.Length + 1;
            // What stands between the arguments in a list of them is none.
            if (!word.ContainsAnyExcept(Punctuation))
                continue;
            if (option is not null && SecretIn(word, command, option) is var skip and >= 0)
                edits.Replace(start + skip, end, RedactionRules.Command);
            else if (ProgramIn(word) is { } found)
            {
                command = found;
                places.Begin(found);
            }
            else if (word is "echo" or "printf")
            {
                if (PipedSecrets.Find(text, end, budget) is var (from, to) && to > from)
                    at = edits.Replace(from, to, RedactionRules.Command) - 1;
            }
            else if (command is not null && GluedIn(text, start, word, command) is var glued and > 0)
                edits.Replace(start + glued, end, RedactionRules.Command);
            else if (places.Take(word, option is not null) is var (placed, behind) && behind > placed)
                edits.Replace(start + placed, start + behind, RedactionRules.Command);
            option = IsHereString(text, start, word) || (command is not null && IsOption(word)) ? OptionOf(word) : null;
        }

        return edits.Result();
    }

    private static bool IsPart(char c) => !char.IsWhiteSpace(c) && c is not ('"' or '\'' or '`' or '|' or ';');

    /// <summary><c>docker login --password-stdin &lt;&lt;&lt; …</c></summary>
    private static bool IsHereString(string text, int start, ReadOnlySpan<char> word) =>
        word is "<<<" && start > 0 && text[start - 1] == ' ' && start + 3 < text.Length && text[start + 3] == ' ';

    private static bool IsOption(ReadOnlySpan<char> word) => word.Length is > 1 and <= 16 && (word[0] == '-' || word is "/p:");

    private static CommandOptions? ProgramIn(ReadOnlySpan<char> word)
    {
        var name = word[(word.LastIndexOfAny('/', '=', '(') + 1)..];
        if (name.EndsWith(".exe", StringComparison.OrdinalIgnoreCase))
            name = name[..^4];
        return name.Length is > 1 and <= LongestProgram
            && CommandTable.Programs.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var found) ? found : null;
    }

    /// <summary><c>curl -sSu</c> is <c>curl -s -S -u</c>.</summary>
    private static string OptionOf(ReadOnlySpan<char> word) =>
        word.Length > 2 && word[^1] is 'u' or 'U' && !word[1..^1].ContainsAnyExcept(CurlFlags) ? $"-{word[^1]}" : word.ToString();

    /// <summary>From where on the word behind an option is secret; -1 where it is not.</summary>
    private static int SecretIn(ReadOnlySpan<char> word, CommandOptions? command, string option)
    {
        if (word[0] == '-' || Redactor.HoldsMark(word) || word[0] is '$' or '<' or '{')
            return -1;
        if (option == "<<<")
            return word.Length >= 6 && Words.IsMixed(word) && Words.HasLetter(word) && !Words.IsPath(word) ? 0 : -1;
        if (command is null)
            return -1;
        if (command.Passwords.Contains(option))
        {
            foreach (var (prefix, isSecret) in Sources)
            {
                if (word.StartsWith(prefix))
                    return isSecret && word.Length > prefix.Length ? prefix.Length : -1;
            }

            return Words.IsPath(word) || IsPort(word) ? -1 : 0;
        }

        return command.Users.Contains(option) ? BehindUser(word, command, 0) : -1;
    }

    private static int BehindUser(ReadOnlySpan<char> word, CommandOptions command, int from) =>
        word[from..].IndexOf(command.Separator) is var sign and > 1 && from + sign + 1 is var secret && secret < word.Length
            && word[secret] is not ('$' or '/' or '\\') ? secret : -1;

    /// <summary><c>docker run -p 8080:80</c>.</summary>
    private static bool IsPort(ReadOnlySpan<char> word) =>
        !word.ContainsAnyExcept(PortLetters) && word.Contains(':') || (word.Length <= 5 && !word.ContainsAnyExceptInRange('0', '9'));

    /// <summary>From where on a word is secret that holds option and password; 0 where it is none.</summary>
    private static int GluedIn(string text, int start, ReadOnlySpan<char> word, CommandOptions command)
    {
        if (word.Length < 4 || Redactor.HoldsMark(word))
            return 0;
        if (word[0] == '/')
            return command.Passwords.FirstOrDefault(p => p[^1] == ':') is { } prefix
                && word.StartsWith(prefix)
                && word.Length > prefix.Length
                ? prefix.Length
                : 0;
        if (word[0] != '-')
            return 0;
        if (word.IndexOf('=') is var equals and > 1 && equals + 1 < word.Length && word[equals + 1] is not ('$' or '<' or '{'))
        {
            var option = word[..equals].ToString();
            return command.Passwords.Contains(option) && !Words.IsPath(word[(equals + 1)..]) && !IsPort(word[(equals + 1)..]) ? equals + 1
                : command.Users.Contains(option) ? Math.Max(0, BehindUser(word, command, equals + 1)) : 0;
        }

        if (word[1] is 'u' or 'U' && command.Users.Contains($"-{word[1]}") && word[2] is not ('$' or '-') && word.IndexOf("://") < 0)
            return Math.Max(0, BehindUser(word, command, 2));
        return command.TakesGlued(word[1]) && word.Length >= 6 && !IsLongOption(word) && word[2] is not ('=' or '$' or '-')
            && Words.IsMixed(word[2..]) && !IsPort(word[2..]) && (start == 0 || text[start - 1] != '-') ? 2 : 0;
    }

    private static bool IsLongOption(ReadOnlySpan<char> word) =>
        word.StartsWith("-port") || word.StartsWith("-pass") || word.StartsWith("-path");

    /// <summary>Where openssl takes a password from.</summary>
    private static readonly (string Prefix, bool IsSecret)[] Sources =
        [("pass:", true), ("env:", false), ("file:", false), ("fd:", false), ("stdin", false)];
}
