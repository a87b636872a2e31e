using System.ComponentModel.DataAnnotations;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Broker.Alerts.Settings;

/// <summary>A receiver that comes from the configuration: <c>[[broker.alerts.receivers]]</c>.</summary>
internal sealed class ReceiverOptions : OptionsSection
{
    [Required]
    public string Name { get; set; } = "";

    /// <summary><c>webhook</c>, <c>alertmanager</c>, <c>slack</c>, <c>teams</c>, <c>pagerduty</c> or <c>email</c>.</summary>
    [Required]
    public string Kind { get; set; } = "";

    /// <summary>Where messages go, where that is no secret.</summary>
    public string Url { get; set; } = "";

    /// <summary>A file that holds the URL; its content is secret.</summary>
    public string UrlFile { get; set; } = "";

    /// <summary>A file that holds the secret, routing key, password or token.</summary>
    public string SecretFile { get; set; } = "";

    public string MailHost { get; set; } = "";

    public int MailPort { get; set; }

    public string MailUsername { get; set; } = "";

    public string MailFrom { get; set; } = "";

    public List<string> MailTo { get; set; } = [];
}
