using System.Net.Mail;
using Brokkr.Broker.Rest;
using MimeKit;
using Kind = Brokkr.V1.AlertReceiverKind.Types.Word;

namespace Brokkr.Broker.Alerts.Receivers;

/// <summary>Looks whether what is given of a receiver fits its kind. Pure, but for secrets that it makes.</summary>
internal sealed class ReceiverCheck(Destinations destinations)
{
    private const int UrlLength = 2048, SecretLength = 1024, AddressLength = 254, MostAddresses = 20, Submission = 587, MostPorts = 65_535;

    private const string PagerDutyUrl = "https://events.pagerduty.com/v2/enqueue";

    /// <summary>URL and secrets as they are to be kept, and what everyone may see.</summary>
    /// <exception cref="ApiError">A field does not fit; what is a secret is not repeated.</exception>
    public ReceiverContent Of(Kind kind, string url, string secret, Wire.AlertMail? mail)
    {
        if (kind is not Kind.Email && mail is not null)
            throw Errors.Invalid("mail", "belongs to receivers of the kind email.");
        if (secret.Length > SecretLength)
            throw Errors.Invalid("secret", $"must have at most {SecretLength} characters.");
        if (secret.Any(char.IsControl))
            throw Errors.Invalid("secret", "must hold no control characters.");
        switch (kind)
        {
            case Kind.Webhook:
                if (secret.Length > 0 && SigningSecret.Parse(secret) is null)
                    throw Errors.Invalid("secret", "must be 24 to 64 bytes in Base64 after whsec_, or be empty for one of the broker's.");
                return Http(url, secret.Length == 0 ? SigningSecret.New() : secret);
            case Kind.Alertmanager when secret.Any(c => c is ' ' or > '~'):
                throw Errors.Invalid("secret", "must be one word of ASCII characters: it is sent as a bearer token.");
            case Kind.Alertmanager:
                return Http(url, secret);
            case Kind.Slack or Kind.Teams when secret.Length > 0:
                throw Errors.Invalid("secret", "is none of this kind: its URL is the secret.");
            case Kind.Slack or Kind.Teams:
                return Http(url, "");
            case Kind.Pagerduty when secret.Length == 0:
                throw Errors.Invalid("secret", "is missing: it is the routing key (integration key) of the service.");
            case Kind.Pagerduty:
                return Http(url.Length == 0 ? PagerDutyUrl : url, secret);
            case Kind.Email when url.Length > 0:
                throw Errors.Invalid("url", "is none of this kind: mail.host is where mails go.");
            case Kind.Email:
                return new(new("", secret), new() { Mail = MailOf(mail) });
            default:
                throw Errors.Invalid("kind", "must be webhook, alertmanager, slack, teams, pagerduty or email.");
        }
    }

    private ReceiverContent Http(string url, string secret)
    {
        if (url.Length is 0 or > UrlLength || !Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.UserInfo.Length > 0
            || parsed.Scheme is not ("https" or "http"))
            throw Errors.Invalid("url", $"must be an https URL without user and password, of at most {UrlLength} characters.");
        return destinations.RefusalOf(parsed) is { } refusal
            ? throw Errors.Invalid("url", refusal)
            : new(new(url, secret), new() { Host = parsed.GetLeftPart(UriPartial.Authority) });
    }

    private static Wire.AlertMail MailOf(Wire.AlertMail? mail)
    {
        if (mail is null || mail.Host.Length is 0 or > 253
            || Uri.CheckHostName(mail.Host) is UriHostNameType.Unknown or UriHostNameType.Basic)
            throw Errors.Invalid("mail.host", "must be the name or address of an SMTP server.");
        if (mail.Port is < 0 or > MostPorts)
            throw Errors.Invalid("mail.port", $"must be between 1 and {MostPorts}, or 0 for {Submission}.");
        if (mail.Username.Length > AddressLength || mail.Username.Any(char.IsControl))
            throw Errors.Invalid("mail.username", $"must have at most {AddressLength} characters.");
        RequireAddress(mail.From, "mail.from");
        if (mail.To.Count is 0 or > MostAddresses)
            throw Errors.Invalid("mail.to", $"must hold 1 to {MostAddresses} addresses.");
        foreach (var to in mail.To)
            RequireAddress(to, "mail.to");
        var kept = mail.Clone();
        kept.Port = mail.Port == 0 ? Submission : mail.Port;
        return kept;
    }

    private static void RequireAddress(string address, string field)
    {
        if (address.Length is 0 or > AddressLength || address.Any(c => char.IsControl(c) || c is '<' or '>' or ' ')
            || !MailAddress.TryCreate(address, out _) || !MailboxAddress.TryParse(address, out _))
            throw Errors.Invalid(field, "must be a mail address such as oncall@example.com.");
    }
}
