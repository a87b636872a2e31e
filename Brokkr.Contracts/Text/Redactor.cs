using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Takes secrets out of text and leaves <c>[redacted:rule]</c> in their place, counted by rule. Expects text without control characters besides
/// line ends and tabs. Idempotent, and linear: every expression is non-backtracking.
/// </summary>
public static class Redactor
{
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;
    private const RegexOptions AnyCase = Linear | RegexOptions.IgnoreCase;
    private const string Mark = "[redacted:";

    /// <summary>Nothing is redacted in a text that holds none of these.</summary>
    private static readonly SearchValues<string> Hints = SearchValues.Create(
        ["PRIVATE KEY", "eyJ", "brokkr_", "authorization", "bearer", "basic ", "auth", "cookie", "://", "sig", "AKIA", "ASIA", "AIza", "ghp_", "gho_", "ghu_", "ghs_", "ghr_",
            "github_pat_", "glpat-", "xox", "k_live_", "npm_", "pass", "pwd", "secret", "token", "key", "credential", "LS0tLS1CRUdJTi", "hooks.slack.com", "SG.", "hvs.", "sk-",
            "hf_", "dop_v1_", "dckr_pat_", "pypi-", "ya29.", "GOCSPX-", "glrt-", "identified"],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>In this order: what names itself first, then what its neighbour gives away.</summary>
    private static readonly Rule[] Rules =
    [
        new("pem", new("LS0tLS1CRUdJTi[A-Za-z0-9+/]{26,}={0,2}", Linear), IsPrivateKey),
        new("jwt", new(@"eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(\.[A-Za-z0-9_-]*)*", Linear)),
        new("brokkr_pak", new("brokkr_(adm|ro|agt)_[0-9A-Za-z]{10}_[0-9A-Za-z]{20,}", Linear)),
        new("aws_secret", new(@"(?<keep>(AKIA|ASIA)[0-9A-Z]{16}[^\n]{0,60}?[\s""'=:,])(?<value>[A-Za-z0-9/+]{40})", Linear)),
        new("aws_key", new("(AKIA|ASIA)[0-9A-Z]{16}", Linear)),
        new("google_key", new("(AIza[0-9A-Za-z_-]{30,}|ya29\\.[0-9A-Za-z_-]{20,}|GOCSPX-[0-9A-Za-z_-]{20,})", Linear)),
        new("github_token", new("(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})", Linear)),
        new("gitlab_token", new("gl(pat|rt)-[A-Za-z0-9_-]{16,}", Linear)),
        new("slack_token", new("(xox[abeoprs]-[A-Za-z0-9-]{10,}|hooks\\.slack\\.com/services/[A-Za-z0-9/]{20,})", Linear)),
        new("stripe_key", new("[sr]k_live_[A-Za-z0-9]{10,}", Linear)),
        new("npm_token", new("npm_[A-Za-z0-9]{30,}", Linear)),
        new("vendor_token", new(
            @"(?<keep>^|[^A-Za-z0-9_\]-])(?<value>SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|hvs\.[A-Za-z0-9_-]{20,}|sk-(ant-|proj-)?[A-Za-z0-9_-]{32,}|hf_[A-Za-z0-9]{30,}|dop_v1_[a-f0-9]{40,}|dckr_pat_[A-Za-z0-9_-]{20,}|pypi-[A-Za-z0-9_-]{40,})",
            Linear)),
        new("authorization", new(
            @"(?<keep>authorization\\*[""']?[ \t]*[:=][ \t]*\[?\\*[""']?)(?<value>(digest|aws4-hmac-sha256|oauth|signature|hmac)[ \t][^\n]+|[a-z][a-z0-9-]*[ \t]+[^\s""'\\\],;]+|[^\s""'\\\],;]+)", AnyCase),
            IsAuthorization),
        new("cookie", new(@"(?<keep>(^|[^a-z0-9_\]])(set-)?cookie\\*[""']?[ \t]*[:=][ \t]*\[?\\*[""']?)(?<value>[^\n""'\\\]]+=[^\n""'\\\]]*)", AnyCase)),
        new("bearer", new(@"(?<keep>(^|[^a-z0-9_\]])bearer[ \t]+)(?<value>[a-z0-9._~+/=-]{16,})", AnyCase), IsMixed),
        new("basic", new(@"(?<keep>(^|[^a-z0-9_\]])basic[ \t]+)(?<value>[a-z0-9+/=_-]{6,})", AnyCase), v => IsUserAndPassword(v) || (v.Length >= 12 && IsMixed(v))),
        new("basic", new(@"(?<keep>(^|[^a-z0-9_\]])auth\\*[""']?[ \t]*[:=][ \t]*\\*[""']?)(?<value>[a-z0-9+/=_-]{6,})", AnyCase), IsUserAndPassword),
        new("signature", new(
            @"(?<keep>(^|[?&;\s""'=])(sig|signature|x-amz-signature|x-amz-security-token|x-goog-signature|sharedaccesssignature)=)(?<value>[^&;\s""']{8,})", AnyCase | RegexOptions.Multiline)),
    ];

    /// <summary>Redacts a text and adds to the counts; answers the same instance where nothing was found.</summary>
    public static string Redact(string text, IDictionary<string, int> counts)
    {
        if (!text.AsSpan().ContainsAny(Hints))
            return text;
        text = PrivateKeys.Redact(text, counts);
        foreach (var rule in Rules)
            text = rule.Apply(text, counts);
        return SecretPairs.Redact(UrlPasswords.Redact(text, counts), counts);
    }

    internal static string MarkOf(string rule) => $"{Mark}{rule}]";

    /// <summary>Whether a text is nothing but a mark.</summary>
    internal static bool IsMark(ReadOnlySpan<char> text) => IsMarkAt(text, 0) && text.IndexOf(']') == text.Length - 1;

    internal static bool IsMarkAt(ReadOnlySpan<char> text, int at) =>
        text[at..].StartsWith(Mark, StringComparison.Ordinal) && text[(at + Mark.Length)..].IndexOfAnyExcept(RuleLetters) is var end and > 0 && text[at + Mark.Length + end] == ']';

    internal static void Count(IDictionary<string, int> counts, string rule) => counts[rule] = counts.TryGetValue(rule, out var before) ? before + 1 : 1;

    private static readonly SearchValues<char> RuleLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz_");

    /// <summary>Whether it is no word of a language: those have no digits, no padding, and no capitals within.</summary>
    private static bool IsMixed(string value) => value.Any(c => char.IsAsciiDigit(c) || c is '=') || value.Skip(1).Any(char.IsAsciiLetterUpper) && value.Any(char.IsAsciiLetterLower);

    /// <summary>A scheme with its credentials, or credentials alone; <c>authorization: denied</c> is neither.</summary>
    private static bool IsAuthorization(string value)
    {
        var space = value.IndexOfAny([' ', '\t']);
        if (space < 0)
            return value.Length >= 8 && IsMixed(value);
        var (scheme, rest) = (value[..space], value[space..].TrimStart());
        return Schemes.Contains(scheme) ? rest.Length >= 6 && IsMixed(rest) : scheme.Length >= 16 && IsMixed(scheme);
    }

    private static readonly HashSet<string> Schemes = new(
        ["basic", "bearer", "token", "negotiate", "ntlm", "apikey", "api-key", "key", "jwt", "splunk", "digest", "aws4-hmac-sha256", "oauth", "signature", "hmac"], StringComparer.OrdinalIgnoreCase);

    private static bool IsUserAndPassword(string value) => Decoded(value) is { } text && text.IndexOf(':') is > 0 && text.All(c => c is >= ' ' and < '\u007f');

    private static bool IsPrivateKey(string value) => Decoded(value[..(Math.Min(48, value.Length) / 4 * 4)])?.Contains("PRIVATE KEY", StringComparison.Ordinal) == true;

    /// <summary>What stands in base64, padded or not; null where it is none.</summary>
    private static string? Decoded(string value)
    {
        var digits = value.TrimEnd('=').Replace('-', '+').Replace('_', '/');
        var bytes = new byte[value.Length];
        return Convert.TryFromBase64String(digits.PadRight((digits.Length + 3) / 4 * 4, '='), bytes, out var length) ? Encoding.Latin1.GetString(bytes, 0, length) : null;
    }

    private sealed class Rule(string name, Regex pattern, Func<string, bool>? applies = null)
    {
        public string Apply(string text, IDictionary<string, int> counts) => pattern.Replace(text, match =>
        {
            var value = match.Groups["value"] is { Success: true } group ? group.Value : match.Value;
            if (value.Contains(Mark, StringComparison.Ordinal) || applies?.Invoke(value) == false)
                return match.Value;
            Count(counts, name);
            return $"{match.Groups["keep"].Value}{MarkOf(name)}";
        });
    }
}
