using System.Buffers;

namespace Brokkr.Contracts.Text;

/// <summary>What a key says of its value.</summary>
internal enum KeyKind
{
    None,

    /// <summary>A password or a secret: any value counts that is no word about it.</summary>
    Strict,

    /// <summary>A token or a key: a value counts that does not read like a word.</summary>
    Loose,

    /// <summary>A session, a signature, or some key: a value counts that is long and random.</summary>
    Weak,

    Authorization,
    Cookie,

    /// <summary>Of Docker: user and password in base64.</summary>
    Auth,

    /// <summary>A scheme: its credentials follow behind a space.</summary>
    Bearer,
    Basic,

    /// <summary>Words of which a wallet is made.</summary>
    Phrase,
}

/// <summary>
/// Judges keys by the word that ends them, so that <c>password_min_length</c> is none; the short words have to stand alone. Pure.
/// </summary>
internal static class SecretKeys
{
    private const int Longest = 40;

    private static readonly Dictionary<string, KeyKind> Endings = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, KeyKind> Whole = new(StringComparer.Ordinal);
    private static readonly int[] Lengths;

    /// <summary>What may follow the word and changes nothing.</summary>
    private static readonly string[] Trailers =
        ["value", "confirmation", "confirm", "again", "repeat", "plaintext", "plain", "base64", "b64"];

    /// <summary>What makes a key out of the word "key", or of two words.</summary>
    private static readonly HashSet<string> Owners = new(StringComparer.OrdinalIgnoreCase)
    {
        "api", "access", "secret", "private", "license", "licence", "encryption", "signing", "master", "account", "auth", "shared",
        "session", "app", "application", "deploy", "subscription",
        "activation", "hmac", "aes", "jwt", "ssh", "storage", "service", "consumer", "client", "webhook", "preshared",
    };

    private static readonly SearchValues<string> Cursors =
        SearchValues.Create(["page", "next", "continu", "cursor", "sync", "resume"], StringComparison.OrdinalIgnoreCase);

    static SecretKeys()
    {
        Add(Endings, KeyKind.Strict,
            "password passwd passphrase passwort kennwort motdepasse contrasena contraseña senha wachtwoord пароль passcode secret "
            + "secretkey secretkeybase "
            + "secretaccesskey clientsecret storepass keypass dbpass userpass rootpass requirepass masterauth pwd "
            + "rootpw bindpw adminpw userpw dbpw loginpw");
        Add(Whole, KeyKind.Strict, "pass passe pw psk pswd otp mfacode pincode");
        Add(Endings, KeyKind.Loose,
            "token apikey accesskey accountkey sharedaccesskey privatekey privkey encryptionkey signingkey clientkeydata credential "
            + "credentials appkey authkey "
            + "masterkey storagekey subscriptionkey presharedkey hmackey licensekey licencekey consumerkey functionskey webhookkey "
            + "sharedkey sealingkey unsealkey recoverycode backupcode");
        Add(Whole, KeyKind.Weak, "sid session sig key salt code");
        Add(Endings, KeyKind.Weak, "jsessionid phpsessid sessionid sessid signature connectsid webhookurl webhook passwordhash pwhash");
        Add(Endings, KeyKind.Authorization, "authorization");
        Add(Endings, KeyKind.Cookie, "cookie");
        Add(Whole, KeyKind.Auth, "auth");
        Add(Whole, KeyKind.Bearer, "bearer");
        Add(Whole, KeyKind.Basic, "basic");
        Add(Endings, KeyKind.Phrase, "mnemonic seedphrase recoveryphrase secretphrase");
        Lengths = [.. Endings.Keys.Concat(Whole.Keys).Select(k => k.Length).Distinct().OrderDescending()];
    }

    /// <summary>Letters that no secret key ends without.</summary>
    private static readonly SearchValues<char> Last = SearchValues.Create("acdeghklnoprstwyzь");

    /// <summary>What an identifier is as a key.</summary>
    /// <param name="name">Letters, digits, <c>_</c>, <c>-</c> and <c>.</c></param>
    /// <param name="before">The word before it in the same sentence; empty where there is none.</param>
    public static KeyKind Of(ReadOnlySpan<char> name, ReadOnlySpan<char> before)
    {
        Span<char> letters = stackalloc char[Longest];
        Span<bool> starts = stackalloc bool[Longest];
        var length = Letters(name, letters, starts);
        if (length < 2 || !Last.Contains(letters[length - 1]))
            return length > 2 && Trimmed(letters[..length]) is var trimmed && trimmed < length
                ? Of(letters[..trimmed], starts, name, before)
                : KeyKind.None;
        var kind = Of(letters[..length], starts, name, before);
        return kind == KeyKind.None && Trimmed(letters[..length]) is var shorter && shorter < length
            ? Of(letters[..shorter], starts, name, before)
            : kind;
    }

    private static KeyKind Of(ReadOnlySpan<char> letters, ReadOnlySpan<bool> starts, ReadOnlySpan<char> name, ReadOnlySpan<char> before)
    {
        foreach (var length in Lengths)
        {
            if (length > letters.Length)
                continue;
            var word = letters[^length..];
            if (Endings.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out var kind))
                return word is "token" && (name.ContainsAny(Cursors) || before.ContainsAny(Cursors)) ? KeyKind.None : kind;
            if (!starts[letters.Length - length] || !Whole.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out kind))
                continue;
            if (word is "key")
                return letters.Length == 3
                    ? (Owners.GetAlternateLookup<ReadOnlySpan<char>>().Contains(before) ? KeyKind.Loose : KeyKind.None)
                    : KeyKind.Weak;
            return word is "bearer" or "basic" or "auth" && letters.Length != length ? KeyKind.None : kind;
        }

        return KeyKind.None;
    }

    /// <summary>Whether the name says whose key it is: <c>ssh_key</c>, <c>deployKey</c>.</summary>
    public static bool IsOwnedKey(ReadOnlySpan<char> name)
    {
        name = name.TrimEnd("0123456789_-.");
        if (!name.EndsWith("key", StringComparison.OrdinalIgnoreCase))
            return false;
        var owner = name[..^3].TrimEnd("_-.");
        var start = owner.Length;
        while (start > 0 && char.IsLetter(owner[start - 1]) && !(start < owner.Length && char.IsLower(owner[start - 1])
            && char.IsUpper(owner[start])))
            start--;
        return Owners.GetAlternateLookup<ReadOnlySpan<char>>().Contains(owner[start..]);
    }

    /// <summary>The last letters and digits in lower case, and where words begin among them.</summary>
    private static int Letters(ReadOnlySpan<char> name, Span<char> letters, Span<bool> starts)
    {
        var end = name.Length;
        while (end > 0 && (char.IsAsciiDigit(name[end - 1]) || name[end - 1] is '_' or '-' or '.'))
            end--;
        var (from, length, isStart) = (Math.Max(0, end - Longest), 0, true);
        if (from > 0)
            isStart = false;
        for (var i = from; i < end; i++)
        {
            var c = name[i];
            if (c is '_' or '-' or '.')
            {
                isStart = true;
                continue;
            }

            starts[length] = isStart || i == 0 || !char.IsLetter(name[i - 1])
                || (char.IsUpper(c) && (char.IsLower(name[i - 1]) || (i + 1 < end && char.IsLower(name[i + 1]))));
            letters[length++] = char.ToLowerInvariant(Narrow(c));
            isStart = false;
        }

        return length;
    }

    /// <summary>A letter of full width is the same letter.</summary>
    private static char Narrow(char c) => c is >= '\uff01' and <= '\uff5e' ? (char)(c - 0xfee0) : c;

    private static int Trimmed(ReadOnlySpan<char> letters)
    {
        foreach (var trailer in Trailers)
        {
            if (letters.Length > trailer.Length && letters.EndsWith(trailer))
                return letters.Length - trailer.Length;
        }

        return letters.Length;
    }

    private static void Add(Dictionary<string, KeyKind> to, KeyKind kind, string words)
    {
        foreach (var word in words.Split(' '))
            to[word] = kind;
    }
}
