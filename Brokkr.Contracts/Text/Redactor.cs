using System.Buffers;
using System.Text.RegularExpressions;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Takes secrets out of text and leaves <c>[redacted:rule]</c> in their place, counted by rule. Idempotent, and linear: every expression is
/// non-backtracking. A key such as <c>db_password</c> counts when the word ends it, so that <c>passwords=0</c> and <c>tokens=5</c> stay.
/// </summary>
public static class Redactor
{
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;
    private const RegexOptions AnyCase = Linear | RegexOptions.IgnoreCase;
    private const string Mark = "[redacted:";

    /// <summary>Shorter values are flags and counts, not secrets.</summary>
    private const int ShortestValue = 4;

    private const string SecretKey =
        @"[a-z0-9_.-]*(password|passwd|passphrase|pwd|secret|secret[_-]?key|secret[_-]?access[_-]?key|token|api[_-]?key|access[_-]?key|account[_-]?key|shared[_-]?access[_-]?key|private[_-]?key|client[_-]?secret|client-key-data|credentials?|signature)";

    /// <summary>Nothing is redacted in a text that holds none of these.</summary>
    private static readonly SearchValues<string> Hints = SearchValues.Create(
        ["PRIVATE KEY", "eyJ", "brokkr_", "authorization", "bearer", "basic ", "cookie", "://", "sig", "AKIA", "ASIA", "AIza", "ghp_", "gho_", "ghu_", "ghs_", "ghr_",
            "github_pat_", "glpat-", "xox", "k_live_", "npm_", "pass", "pwd", "secret", "token", "key", "credential"],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>In this order: what spans lines first, then what names itself, then what its neighbour gives away.</summary>
    private static readonly Rule[] Rules =
    [
        new("pem", new(@"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(.|\n)*?(-----END [A-Z0-9 ]*PRIVATE KEY-----|\z)", Linear)),
        new("pem", new(@"(?m:^)([A-Za-z0-9+/=]+\r?\n)*[A-Za-z0-9+/=]*-----END [A-Z0-9 ]*PRIVATE KEY-----", Linear)),
        new("jwt", new(@"eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(\.[A-Za-z0-9_-]*)?", Linear)),
        new("brokkr_pak", new("brokkr_(adm|ro|agt)_[0-9A-Za-z]{10}_[0-9A-Za-z]{20,}", Linear)),
        new("aws_secret", new(@"(?<keep>(AKIA|ASIA)[0-9A-Z]{16}[^\r\n]{0,60}?[\s""'=:,])(?<value>[A-Za-z0-9/+]{40})", Linear)),
        new("aws_key", new("(AKIA|ASIA)[0-9A-Z]{16}", Linear)),
        new("google_key", new("AIza[0-9A-Za-z_-]{30,}", Linear)),
        new("github_token", new("(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})", Linear)),
        new("gitlab_token", new("glpat-[A-Za-z0-9_-]{16,}", Linear)),
        new("slack_token", new("xox[abeoprs]-[A-Za-z0-9-]{10,}", Linear)),
        new("stripe_key", new("[sr]k_live_[A-Za-z0-9]{10,}", Linear)),
        new("npm_token", new("npm_[A-Za-z0-9]{30,}", Linear)),
        new("authorization", new(@"(?<keep>authorization\\*[""']?\s*[:=]\s*\\*[""']?)(?<value>[^\r\n""'\\]+)", AnyCase)),
        new("cookie", new(@"(?<keep>\b(set-)?cookie\\*[""']?\s*:\s*\\*[""']?)(?<value>[^\r\n""'\\]+=[^\r\n""'\\]+)", AnyCase)),
        new("bearer", new(@"(?<keep>\bbearer\s+)(?<value>[a-z0-9._~+/=-]{16,})", AnyCase), HasDigitOrPadding),
        new("basic", new(@"(?<keep>\bbasic\s+)(?<value>[a-z0-9+/=]{12,})", AnyCase), HasDigitOrPadding),
        new("url_userinfo", new(@"(?<keep>[a-z][a-z0-9+.-]*://)(?<value>[^\s/@:""']*:[^\s@""']+)@", AnyCase), suffix: "@"),
        new("signature", new(@"(?<keep>[?&;](sig|signature|x-amz-signature|x-amz-security-token|x-goog-signature|sharedaccesssignature)=)(?<value>[^&;\s""']+)", AnyCase)),
        new("secret_value", new($@"(?<keep>{SecretKey}\\*[""']?\s*[:=]\s*\\*"")(?<value>([^""\\\r\n]|\\[^""\r\n])+)", AnyCase), IsValue),
        new("secret_value", new($@"(?<keep>{SecretKey}\\*[""']?\s*[:=]\s*')(?<value>[^'\r\n]+)", AnyCase), IsValue),
        new("secret_value", new($@"(?<keep>{SecretKey}\\*[""']?\s*[:=]\s*)(?<value>[^\s""'\\,;&(){{}}\[\]]+)", AnyCase), IsValue),
    ];

    /// <summary>Redacts a text and adds to the counts; answers the same instance where nothing was found.</summary>
    public static string Redact(string text, IDictionary<string, int> counts)
    {
        if (!text.AsSpan().ContainsAny(Hints))
            return text;
        foreach (var rule in Rules)
            text = rule.Apply(text, counts);
        return text;
    }

    private static bool HasDigitOrPadding(string value) => value.Any(c => char.IsAsciiDigit(c) || c == '=');

    /// <summary>Words that stand where a value would, and say that there is none.</summary>
    private static bool IsValue(string value) =>
        value.Length >= ShortestValue && value is not ("null" or "none" or "None" or "true" or "false" or "True" or "False" or "<nil>" or "undefined")
        && !value.All(c => c is '*' or '.' or '-');

    private sealed class Rule(string name, Regex pattern, Func<string, bool>? applies = null, string suffix = "")
    {
        public string Apply(string text, IDictionary<string, int> counts) => pattern.Replace(text, match =>
        {
            var value = match.Groups["value"] is { Success: true } group ? group.Value : match.Value;
            if (value.Contains(Mark, StringComparison.Ordinal) || applies?.Invoke(value) == false)
                return match.Value;
            counts[name] = counts.TryGetValue(name, out var before) ? before + 1 : 1;
            return $"{match.Groups["keep"].Value}{Mark}{name}]{suffix}";
        });
    }
}
