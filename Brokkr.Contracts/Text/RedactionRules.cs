namespace Brokkr.Contracts.Text;

/// <summary>The rules that counts may name.</summary>
public static class RedactionRules
{
    internal const string Pem = "pem";
    internal const string Jwt = "jwt";
    internal const string BrokkrPak = "brokkr_pak";
    internal const string AwsKey = "aws_key";
    internal const string AwsSecret = "aws_secret";
    internal const string GoogleKey = "google_key";
    internal const string GitHub = "github_token";
    internal const string GitLab = "gitlab_token";
    internal const string Slack = "slack_token";
    internal const string Stripe = "stripe_key";
    internal const string Npm = "npm_token";
    internal const string Vendor = "vendor_token";
    internal const string Hash = "password_hash";
    internal const string Webhook = "webhook_url";
    internal const string Authorization = "authorization";
    internal const string Cookie = "cookie";
    internal const string Bearer = "bearer";
    internal const string Basic = "basic";
    internal const string Signature = "signature";
    internal const string UserInfo = "url_userinfo";
    internal const string Command = "command_line";
    internal const string Value = "secret_value";

    /// <summary>No secret was found: the text was too much to look at.</summary>
    internal const string Withheld = "withheld";

    /// <summary>All names, sorted.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Authorization, AwsKey, AwsSecret, Basic, Bearer, BrokkrPak, Command, Cookie, GitHub, GitLab, GoogleKey, Jwt, Npm, Hash, Pem, Value,
        Signature, Slack, Stripe, UserInfo, Vendor, Webhook,
        Withheld,
    ];

    /// <summary>What a map of counts may hold: known rules, and counts from 1 to 2^31−1. The rest is left out. Pure.</summary>
    public static Dictionary<string, int> Clean(IEnumerable<KeyValuePair<string, int>> counts)
    {
        var clean = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (rule, count) in counts)
        {
            if (count > 0 && All.Contains(rule))
                clean[rule] = count;
        }

        return clean;
    }

    /// <summary>The sum of counts, at most 2^31−1. Pure.</summary>
    public static int Total(IEnumerable<int> counts) => (int)Math.Min(int.MaxValue, counts.Sum(c => (long)Math.Max(0, c)));
}
