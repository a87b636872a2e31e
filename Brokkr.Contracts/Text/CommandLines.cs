using System.Buffers;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Takes passwords out of commands whose options for them have names of one letter: <c>curl -u ann:…</c>, <c>docker login -p …</c>. Linear.
/// </summary>
internal static class CommandLines
{
    /// <summary>The options of a command that a password follows, or a user with one behind a separator.</summary>
    private static readonly Dictionary<string, Options> Commands = new(StringComparer.Ordinal)
    {
        ["curl"] = new("", "-u --user -U --proxy-user", ":"),
        ["wget"] = new("", "--user", ":"),
        ["http"] = new("", "-a --auth", ":"),
        ["https"] = new("", "-a --auth", ":"),
        ["docker"] = new("-p"),
        ["podman"] = new("-p"),
        ["nerdctl"] = new("-p"),
        ["buildah"] = new("-p", "--creds", ":"),
        ["skopeo"] = new("-p", "--creds --src-creds --dest-creds", ":"),
        ["helm"] = new("-p"),
        ["oc"] = new("-p"),
        ["az"] = new("-p"),
        ["sshpass"] = new("-p"),
        ["mysql"] = new(""),
        ["mysqldump"] = new(""),
        ["mysqladmin"] = new(""),
        ["mariadb"] = new(""),
        ["mongo"] = new("-p"),
        ["mongosh"] = new("-p"),
        ["mongodump"] = new("-p"),
        ["mongorestore"] = new("-p"),
        ["redis-cli"] = new("-a"),
        ["ldapsearch"] = new("-w"),
        ["ldapadd"] = new("-w"),
        ["ldapmodify"] = new("-w"),
        ["ldapwhoami"] = new("-w"),
        ["sqlcmd"] = new("-P"),
        ["bcp"] = new("-P"),
        ["zip"] = new("-P"),
        ["unzip"] = new("-P"),
        ["smbclient"] = new("", "-U --user", "%"),
        ["mosquitto_pub"] = new("-P"),
        ["mosquitto_sub"] = new("-P"),
        ["openssl"] = new("-passin -passout -pass -k"),
        ["lftp"] = new("", "-u", ","),
        ["snmpwalk"] = new("-c -A -X"),
        ["snmpget"] = new("-c -A -X"),
        ["cqlsh"] = new("-p"),
        ["clickhouse-client"] = new("-p"),
        ["etcdctl"] = new("", "--user", ":"),
        ["7z"] = new("-p"),
        ["7za"] = new("-p"),
        ["rar"] = new("-p"),
        ["unrar"] = new("-p"),
    };

    private static readonly SearchValues<char> PortLetters = SearchValues.Create("0123456789:./-tcpudp");
    private static readonly SearchValues<string> Names = SearchValues.Create([.. Commands.Keys], StringComparison.Ordinal);

    public static string Redact(string text, RedactionBudget budget)
    {
        if (!text.AsSpan().ContainsAny(Names))
            return text;
        var edits = new Edits(text, budget);
        Options? command = null;
        string? option = null;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] is '\n' or '|' or ';' or '&')
                (command, option) = (null, null);
            if (!IsPart(text[at]))
                continue;
            var start = at;
            while (at < text.Length && IsPart(text[at]))
                at++;
            // The quotes belong to the word around them, the spaces within quotes as well.
            if (start > 0 && text[start - 1] is '"' or '\'' && option is not null
                && text.IndexOf(text[start - 1], start, Math.Min(256, text.Length - start)) is var quote and > 0)
                at = quote;
            var word = text.AsSpan(start, at - start);
            budget.Steps += word.Length + 1;
            if (option is not null && command is not null && SecretIn(word, command, option) is var skip and >= 0)
                edits.Replace(start + skip, at, RedactionRules.Command);
            else if (word.Length <= 20 && Commands.TryGetValue(word[(word.LastIndexOf('/') + 1)..].ToString(), out var found))
                command = found;
            else if (command is not null && GluedIn(word, command) is var glued and > 0)
                edits.Replace(start + glued, at, RedactionRules.Command);
            option = command is not null && word.Length is > 1 and <= 16 && word[0] == '-' ? word.ToString() : null;
            at--;
        }

        return edits.Result();
    }

    private static bool IsPart(char c) => !char.IsWhiteSpace(c) && c is not ('"' or '\'' or '`' or '|' or ';');

    /// <summary>From where on the word behind an option is secret; -1 where it is not.</summary>
    private static int SecretIn(ReadOnlySpan<char> word, Options command, string option)
    {
        if (word[0] == '-' || word.IndexOf("[redacted:") >= 0 || word[0] is '$' or '<' or '{')
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

        return command.Users.Contains(option) && word.IndexOf(command.Separator) is var colon and >= 0 && colon + 1 < word.Length
            ? colon + 1
            : -1;
    }

    /// <summary><c>docker run -p 8080:80</c>.</summary>
    private static bool IsPort(ReadOnlySpan<char> word) =>
        !word.ContainsAnyExcept(PortLetters) && word.Contains(':') || (word.Length <= 5 && !word.ContainsAnyExceptInRange('0', '9'));

    /// <summary>From where on a word is secret that holds option and password; 0 where it is none.</summary>
    private static int GluedIn(ReadOnlySpan<char> word, Options command) =>
        word.Length > 4 && word[0] == '-' && word[1] is 'u' or 'U' && command.Users.Contains($"-{word[1]}")
            && word.IndexOf(command.Separator) is var colon and > 2 && colon + 1 < word.Length && word[2] is not ('$' or '-')
            && word.IndexOf("[redacted:") < 0 && word.IndexOf("://") < 0 ? colon + 1
        : command.TakesGlued && word.Length >= 6 && word.StartsWith("-p") && word.IndexOf("[redacted:") < 0 && !word.StartsWith("-port")
            && !word.StartsWith("-pass")
        && !word.StartsWith("-path") && word[2] is not ('=' or '$' or '-') && Words.IsMixed(word[2..]) && !IsPort(word[2..]) ? 2 : 0;

    /// <summary>Where openssl takes a password from.</summary>
    private static readonly (string Prefix, bool IsSecret)[] Sources =
        [("pass:", true), ("env:", false), ("file:", false), ("fd:", false), ("stdin", false)];

    private sealed class Options(string passwords, string users = "", string separator = ":")
    {
        public string[] Passwords { get; } = passwords.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        public string[] Users { get; } = users.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        public string Separator => separator;

        /// <summary>Whether a password may stand behind <c>-p</c> without a space; some know it so and not otherwise.</summary>
        public bool TakesGlued => Passwords is [] && Users is [] || Passwords.Contains("-p");
    }
}
