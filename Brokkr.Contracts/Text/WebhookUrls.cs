using System.Buffers;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Takes the secret parts out of addresses that are secrets themselves: webhooks of chats, bots, and links that log in. Linear.
/// </summary>
internal static class WebhookUrls
{
    /// <summary>What follows is the secret.</summary>
    private static readonly string[] Hooks =
    [
        "hooks.slack.com/services/", "hooks.slack.com/workflows/", "hooks.slack.com/triggers/", "webhook.office.com/webhookb2/",
        "outlook.office.com/webhook/", "/api/webhooks/",
        "api.telegram.org/bot", "hooks.zapier.com/hooks/catch/", "maker.ifttt.com/trigger/", "events.pagerduty.com/integration/",
        "/open-apis/bot/v2/hook/", "/cgi-bin/webhook/send?key=",
        "hc-ping.com/", "webhook.site/", "/incoming-webhook/", "chat.googleapis.com/v1/spaces/", "hooks.mattermost.", "/_webhook/",
        "/hooks/incoming/", "api.opsgenie.com/v1/json/",
    ];

    /// <summary>What follows is the secret where it looks like one.</summary>
    private static readonly string[] Links =
    [
        "/reset/", "/reset-password/", "/password-reset/", "/password/reset/", "/verify/", "/verify-email/", "/confirm/", "/confirmation/",
        "/activate/", "/invite/", "/invitation/",
        "/invitations/", "/magic/", "/magic-link/", "/magiclink/", "/unlock/", "/login/token/", "/auth/token/", "/share/", "/hooks/",
        "/webhook/",
    ];

    private static readonly SearchValues<string> Any = SearchValues.Create([.. Hooks, .. Links], StringComparison.Ordinal);
    private static readonly SearchValues<char> Ends = SearchValues.Create(" \t\n\"'<>`\\,)]}|");

    private const int MostOfPart = 256;

    public static string Redact(string text, RedactionBudget budget)
    {
        var (edits, from) = (new Edits(text, budget), 0);
        while (from < text.Length && text.AsSpan(from).IndexOfAny(Any) is var hit and >= 0)
        {
            var at = from + hit;
            var hook = Array.Find(Hooks, h => Words.StartsAt(text, at, h));
            var start = at + (hook ?? Array.Find(Links, l => Words.StartsAt(text, at, l))!).Length;
            if (hook is null && SecretPart(text, start) is var part && part > start)
                start = part;
            var length = hook is null ? Words.Run(text, start, Words.Url) : End(text, start) - start;
            budget.Steps += hit + length + 1;
            from = start;
            if (hook is null
                ? IsSecret(text.AsSpan(start, length))
                : length >= 16 && !text.AsSpan(start, length).Contains("[redacted:", StringComparison.Ordinal))
            {
                from = edits.Replace(start, start + length, RedactionRules.Webhook);
                while (hook is null && from < text.Length && text[from] == '/'
                    && Words.Run(text, from + 1, Words.Url) is var more && IsSecret(text.AsSpan(from + 1, more)))
                    from = edits.Replace(from + 1, from + 1 + more, RedactionRules.Webhook);
            }
            else if (hook is null)
                from = Math.Max(start - 1, at + 1);
            else
                from = Math.Max(start, start + length - 1);
        }

        budget.Steps += text.Length - Math.Min(from, text.Length);
        return edits.Result();
    }

    /// <summary>Where the first part begins that looks like a secret, behind the name of a room perhaps; here, where none does.</summary>
    private static int SecretPart(string text, int at)
    {
        for (var (part, parts) = (at, 0); parts < 3 && part < text.Length; parts++)
        {
            var length = Words.Run(text, part, Words.Url, MostOfPart);
            if (IsSecret(text.AsSpan(part, length)))
                return part;
            if (part + length >= text.Length || text[part + length] != '/')
                break;
            part += length + 1;
        }

        return at;
    }

    private static int End(string text, int at) => text.AsSpan(at).IndexOfAny(Ends) is var end and >= 0 ? at + end : text.Length;

    /// <summary>Digests in hexadecimal and identifiers are less than a secret; random letters of all sorts are not.</summary>
    private static bool IsSecret(ReadOnlySpan<char> part) =>
        part.Length >= 20 && Words.HasDigit(part) && Words.HasLetter(part) && !Words.IsUuid(part) && !Words.IsObjectName(part)
        && (part.ContainsAnyInRange('A', 'Z')
            || (!part.Contains('-') && (part.Length >= 32 || (part.Length >= 24 && part.ContainsAnyInRange('g', 'z')))));
}
