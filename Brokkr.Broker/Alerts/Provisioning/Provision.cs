using Brokkr.Broker.Alerts.Receivers;
using Brokkr.Broker.Alerts.Rules;
using Brokkr.Broker.Alerts.Settings;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using Brokkr.Contracts.Configuration;
using Kind = Brokkr.V1.AlertReceiverKind.Types.Word;

namespace Brokkr.Broker.Alerts.Provisioning;

/// <summary>Receivers and rules as the configuration wants them, looked at before the broker starts.</summary>
internal sealed record Provision(IReadOnlyList<WantedReceiver> Receivers, IReadOnlyList<WantedRule> Rules)
{
    /// <exception cref="ConfigurationException">Some of it cannot be; a line names each, and no secret.</exception>
    public static Provision Of(AlertOptions options, bool canSeal)
    {
        var flaws = new List<string>();
        if (options.Receivers.Parts.Count > 0 && !canSeal)
            flaws.Add("broker.alerts.receivers needs broker.secrets_key_file, a file that `openssl rand -base64 32` filled: secrets are "
                + "kept encrypted.");
        var check = new ReceiverCheck(new(options));
        var provision = new Provision(
            ByName(options.Receivers.Parts, "receivers", r => r.Name, r => ReceiverOf(check, r), flaws),
            ByName(options.Rules.Parts, "rules", r => r.Name, RuleOf, flaws));
        return flaws.Count == 0 ? provision : throw new ConfigurationException(string.Join('\n', flaws));
    }

    private static List<TWanted> ByName<TPart, TWanted>(
        IReadOnlyList<TPart> parts, string list, Func<TPart, string> nameOf, Func<TPart, TWanted> read, List<string> flaws)
    {
        flaws.AddRange(parts.GroupBy(nameOf, StringComparer.Ordinal).Where(g => g.Count() > 1)
            .Select(g => $"broker.alerts.{list} has two of the name {g.Key}: give one of them another."));
        var wanted = new List<TWanted>();
        foreach (var part in parts)
        {
            try
            {
                wanted.Add(read(part));
            }
            catch (ApiError e)
            {
                flaws.Add($"broker.alerts.{list}, {nameOf(part)}: {e.Status.Detail}");
            }
        }

        return wanted;
    }

    private static WantedReceiver ReceiverOf(ReceiverCheck check, ReceiverOptions given)
    {
        var kind = Word<Kind>(given.Kind, "kind", "webhook, alertmanager, slack, teams, pagerduty or email");
        if (given.Url.Length > 0 && given.UrlFile.Length > 0)
            throw Errors.Invalid("url", "and url_file exclude each other: set one.");
        if (kind is Kind.Webhook && given.SecretFile.Length == 0)
            throw Errors.Invalid("secret_file", "is missing: the secret of a webhook is yours here.");
        var mail = kind is not Kind.Email ? null : new Wire.AlertMail
        {
            Host = given.MailHost,
            Port = given.MailPort,
            Username = given.MailUsername,
            From = given.MailFrom,
            To = { given.MailTo },
        };
        var url = given.UrlFile.Length > 0 ? Read(given.UrlFile, "url_file") : given.Url;
        var secret = given.SecretFile.Length > 0 ? Read(given.SecretFile, "secret_file") : "";
        return new(Requests.Name(given.Name, "name"), kind.Text(), check.Of(kind, url, secret, mail));
    }

    private static WantedRule RuleOf(RuleOptions given)
    {
        var rule = new Wire.AlertRule
        {
            Statuses =
                { given.Statuses.Select(s => Word<Wire.AlertStatus.Types.Word>(s, "statuses", "failing, degraded, unknown or silent")) },
            Conditions = { given.Conditions },
            GroupBy = given.GroupBy.Length == 0
                ? default
                : Word<Wire.AlertGrouping.Types.Word>(given.GroupBy, "group_by", "object, agent or condition"),
        };
        Set(given.HoldFailingSeconds, value => rule.HoldFailingSeconds = value);
        Set(given.HoldDegradedSeconds, value => rule.HoldDegradedSeconds = value);
        Set(given.HoldUnknownSeconds, value => rule.HoldUnknownSeconds = value);
        Set(given.HoldSilentSeconds, value => rule.HoldSilentSeconds = value);
        Set(given.RecoverSeconds, value => rule.RecoverSeconds = value);
        Set(given.WaitSeconds, value => rule.WaitSeconds = value);
        Set(given.IntervalSeconds, value => rule.IntervalSeconds = value);
        Set(given.RepeatMinutes, value => rule.RepeatMinutes = value);
        return new(AlertRule.Of(Guid.Empty, Requests.Name(given.Name, "name"), rule), given.Enabled, given.Stacks, given.Agents,
            given.Receivers);
    }

    private static void Set(int? given, Action<int> set)
    {
        if (given is { } value)
            set(value);
    }

    private static string Read(string file, string field)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Errors.Invalid(field, $"cannot be read: {e.Message}");
        }
    }

    private static T Word<T>(string text, string field, string words) where T : struct, Enum
    {
        try
        {
            return Words.Parse<T>(text);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw Errors.Invalid(field, $"must be {words}.");
        }
    }
}

/// <summary>A receiver that is to be there.</summary>
internal sealed record WantedReceiver(string Name, string Kind, ReceiverContent Content);

/// <summary>A rule that is to be there, with the names of what it is about.</summary>
internal sealed record WantedRule(
    AlertRule Rule, bool Enabled, IReadOnlyList<string> Stacks, IReadOnlyList<string> Agents, IReadOnlyList<string> Receivers);
