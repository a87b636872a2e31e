using System.Buffers;

namespace Brokkr.Contracts.Text;

/// <summary>Tells values from words that stand where one would. Pure.</summary>
internal static class ValueRules
{
    /// <summary>Of keys other than passwords, shorter values are flags and counts, not secrets.</summary>
    private const int ShortestLoose = 4;

    /// <summary>What is called a key or a session is mostly none; a secret one is long.</summary>
    private const int ShortestWeak = 16;

    /// <summary>Of keys that say whose they are, and of signatures.</summary>
    private const int ShortestOwned = 8;

    /// <summary>A word of this length before other words may still be a password.</summary>
    private const int LongWord = 12;

    /// <summary>Words that stand where a value would, and say that there is none, or how it is.</summary>
    private static readonly HashSet<string> NoValues = new(
        ("null none nil true false undefined yes no on off ok empty set unset missing required optional expired invalid valid wrong "
        + "incorrect revoked unknown rejected verified refreshed "
            + "created updated deleted rotated changed loaded found failed failure denied accepted enabled disabled present absent "
            + "mismatch redacted hidden masked string include omit "
            + "same-origin authentication not is was the a an filtered configured default changeme secret password token str text bytes "
            + "int bool object any auto automatic generated random "
            + "external internal provided supplied protected encrypted plain file env environment stdin prompt vault here and or to for "
            + "in of with from must should cannot can at too "
            + "your please use using does do has have if when instead option flag value error warning sent received stored saved removed "
            + "reset ready pending active inactive used "
            + "unauthorized forbidden unsupported deprecated ignored skipped initialized validated unavailable available granted issued "
            + "successful success compat files systemd sss ldap yml yaml "
            + "json xml const let var public private static final self this void func function def class return varchar char binary "
            + "requis obligatoire manquant erforderlich falsch fehlt requerido obligatorio")
            .Split(' '), StringComparer.OrdinalIgnoreCase);

    private static readonly SearchValues<string> Passes =
        SearchValues.Create(["low_", "high_", "band_", "first_", "second_", "max_", "min_"], StringComparison.OrdinalIgnoreCase);
    private static readonly SearchValues<char> CodeLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._");

    /// <summary>What others leave in the place of a secret.</summary>
    private static readonly SearchValues<char> Blots = SearchValues.Create("*.-•xX#_?");

    public static bool IsSecret(string text, ReadOnlySpan<char> key, char before, int start, int end, KeyKind kind, Separator separator,
        bool isQuoted)
    {
        var value = text.AsSpan(start, end - start);
        var word = value.Trim(" .!'[]():;,");
        if (word.IsEmpty || Redactor.IsMark(value) || IsNoValue(word)
            || (value.Contains("::", StringComparison.Ordinal) && !Words.HasDigit(value))
            || !value.ContainsAnyExcept(Blots) || IsReference(value))
            return false;
        var isWord = !value.TrimEnd(".,!").ContainsAnyExcept(Words.Letters);
        if (kind == KeyKind.Weak && before is '?' or '&' && value.Length >= 8 && IsSignature(key))
            return true;
        if (kind == KeyKind.Weak && key.EndsWith("code", StringComparison.OrdinalIgnoreCase) && before is not ('?' or '&'))
            return false;
        if (kind == KeyKind.Weak)
            return value.Length >= (key.EndsWith("sig", StringComparison.OrdinalIgnoreCase) ? ShortestOwned : ShortestWeak)
                ? IsRandom(value, key)
                : value.Length >= ShortestOwned && SecretKeys.IsOwnedKey(key) && Words.IsJumbled(value) && IsUnnamed(value, key);
        if (kind == KeyKind.Loose && (value.Length < ShortestLoose || IsHarmless(value, isWord, separator)))
            return false;
        if (kind == KeyKind.Strict && IsNoSecret(key, value))
            return false;
        if (value.Length < ShortestLoose && !value.ContainsAnyExceptInRange('0', '9'))
            return false;
        if (isQuoted || !separator.HasSpace)
            return true;
        if (IsCall(value))
            return false;
        return separator.Form switch
        {
            SeparatorForm.Flag => IsArgument(text, end, value, isWord),
            SeparatorForm.Colon => !IsSentence(text, key, end, value, isWord, kind),
            _ => !(isWord && kind == KeyKind.Loose),
        };
    }

    /// <summary><c>"key": "api-…"</c> with an identifier, where the name alone says nothing.</summary>
    public static Found ApiKeyAt(string text, Separator separator)
    {
        const string Prefix = "api-";
        if (separator.Form is not (SeparatorForm.Equals or SeparatorForm.Colon))
            return default;
        var start = Opening.At(text, separator.End, inElement: false).Start;
        var id = start + Prefix.Length;
        return id + 36 <= text.Length && Words.StartsAt(text, start, Prefix) && Words.IsUuid(text.AsSpan(id, 36))
            ? new(start, id + 36, RedactionRules.Value)
            : default;
    }

    /// <summary>Long, of letters and digits, and neither a name, an identifier nor an address.</summary>
    public static bool IsRandom(ReadOnlySpan<char> value, ReadOnlySpan<char> key)
    {
        if (IsSignature(key))
            return Words.IsMixed(value) && !value.Contains(' ');
        var least = key.EndsWith("key", StringComparison.OrdinalIgnoreCase) ? 20 : 16;
        return value.Length >= (SecretKeys.IsOwnedKey(key) ? Math.Min(least, ShortestWeak) : least) && IsUnnamed(value, key)
            && LongestRun(value) >= 12;
    }

    /// <summary>Of letters and digits, and neither a name, an identifier nor an address.</summary>
    private static bool IsUnnamed(ReadOnlySpan<char> value, ReadOnlySpan<char> key) =>
        Words.HasDigit(value) && Words.HasLetter(value) && !value.ContainsAny(' ', ':', '@') && !Words.IsUuid(value)
            && !Words.IsPath(value) && !Words.IsObjectName(value) && !value.Contains("://", StringComparison.Ordinal)
            && !IsOrdinaryKey(key);

    /// <summary>Whether a word stands where a value would, and says that there is none, or how it is.</summary>
    public static bool IsNoValue(ReadOnlySpan<char> word) => NoValues.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);

    public static bool IsSignature(ReadOnlySpan<char> key) =>
        key.EndsWith("sig", StringComparison.OrdinalIgnoreCase) || key.EndsWith("signature", StringComparison.OrdinalIgnoreCase);

    public static int LongestRun(ReadOnlySpan<char> value)
    {
        var (longest, run) = (0, 0);
        foreach (var c in value)
        {
            run = char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }

    private static readonly SearchValues<string> OrdinaryKeys = SearchValues.Create(
        ["primary", "foreign", "partition", "cache", "routing", "sort", "public", "pub", "group", "row", "index", "object", "idempotency",
        "hash", "range", "shard", "dedup", "s3", "bucket",
            "lookup", "lock", "redis", "message", "record", "event", "storage_key_path", "host"], StringComparison.OrdinalIgnoreCase);

    private static bool IsOrdinaryKey(ReadOnlySpan<char> key) =>
        key.EndsWith("key", StringComparison.OrdinalIgnoreCase) && key.ContainsAny(OrdinaryKeys);

    /// <summary>What names a secret without being one.</summary>
    private static bool IsReference(ReadOnlySpan<char> value) =>
        IsVariable(value) || value.StartsWith("arn:") || value.StartsWith("vault:") || value.StartsWith("op://") || value.StartsWith("ref+")
            || value.StartsWith("projects/") || value.StartsWith("/run/")
        || value.StartsWith("<") || value.StartsWith("__") || value.StartsWith("os.") || value.StartsWith("process.env")
        || value.StartsWith("env.") || value.StartsWith("var.")
        || value.StartsWith("data.") || value.StartsWith("local.") || value.StartsWith("http://") || value.StartsWith("https://")
        || value.StartsWith("file:") || value.StartsWith("env(")
        || value.StartsWith("getenv(") || value.StartsWith("Field(");

    /// <summary><c>${DB_PASSWORD}</c>, <c>$(DB_PASSWORD)</c>, with no value to fall back to.</summary>
    private static bool IsVariable(ReadOnlySpan<char> value) =>
        value.Length > 3
            && value[0] == '$'
            && value[1] is '{' or '('
            && value[^1] is '}' or ')'
            && !value[2..^1].ContainsAnyExcept(CodeLetters)
            && !value[2..^1].ContainsAnyInRange('0', '9');

    private static bool IsNoSecret(ReadOnlySpan<char> key, ReadOnlySpan<char> value)
    {
        if (value[0] is '/' or '~' && (key.EndsWith("pwd", StringComparison.OrdinalIgnoreCase) || Words.IsPath(value)))
            return true;
        // Of filters.
        if (!value.ContainsAnyExceptInRange('0', '9') && key.EndsWith("_pass", StringComparison.OrdinalIgnoreCase)
            && key.ContainsAny(Passes))
            return true;
        // Kubernetes calls its objects so.
        return key.EndsWith("secret", StringComparison.OrdinalIgnoreCase) && Words.IsObjectName(value);
    }

    /// <summary><c>getToken(</c>, in code.</summary>
    private static bool IsCall(ReadOnlySpan<char> value) =>
        value.IndexOf('(') is var open and > 0 && !value[..open].ContainsAnyExcept(CodeLetters);

    private static bool IsFile(ReadOnlySpan<char> value) =>
        value.LastIndexOf('.') is var dot and > 0
            && value[(dot + 1)..] is "key" or "pem" or "crt" or "p12" or "pfx" or "jks" or "txt" or "json" or "yaml" or "yml" or "env"
            or "go" or "py";

    /// <summary>What follows the word token or key and is none: a word, a short number, a path.</summary>
    private static bool IsHarmless(ReadOnlySpan<char> value, bool isWord, Separator separator) =>
        Words.IsPath(value) || IsFile(value) || (isWord && separator.Form == SeparatorForm.Colon && value.Length < 20)
            || (value.Length < 6 && !value.ContainsAnyExceptInRange('0', '9'))
        || (value.Length < 20 && value.StartsWith("sha256:")) || value.Contains("::", StringComparison.Ordinal);

    /// <summary>Behind an option a word counts where no sentence goes on behind it.</summary>
    private static bool IsArgument(string text, int end, ReadOnlySpan<char> value, bool isWord)
    {
        if (value[0] is '-' or '|' or '=' or ',' or '.' or ']' or ')')
            return false;
        if (!isWord)
            return true;
        return value.ContainsAnyInRange('a', 'z')
            && (end >= text.Length || text[end] == '\n'
            || (end + 1 < text.Length && text[end] == ' ' && text[end + 1] is '-' or '\\' or '|' or '>'));
    }

    /// <summary>In a sentence, as in "invalid token: too many parts", the next word is no value.</summary>
    private static bool IsSentence(string text, ReadOnlySpan<char> key, int end, ReadOnlySpan<char> value, bool isWord, KeyKind kind)
    {
        var next = end < text.Length ? text[end] : '\n';
        if (value[0] is '(' or '|' || (next == ' ' && end + 1 < text.Length && text[end + 1] is '=' or '('))
            return true;
        if (!isWord)
            return value.Length < 6 && next == ' ' && !Words.HasDigit(value);
        if (kind == KeyKind.Loose)
            return true;
        var goesOn = next == ' ' && end + 1 < text.Length && !char.IsWhiteSpace(text[end + 1]);
        return (goesOn && value.Length < LongWord) || key.Length == 0 || value.EndsWith("…");
    }
}
