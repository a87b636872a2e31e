using System.ComponentModel.DataAnnotations;
using System.Net;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Broker.Alerts.Settings;

/// <summary>Settings of alerts, from the section <c>[broker.alerts]</c>.</summary>
internal sealed class AlertOptions : OptionsSection
{
    /// <summary>Whether anything is watched and sent.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How long alerts that ended, and what was sent, are kept, in days.</summary>
    [Range(1, 3_650)]
    public int HistoryDays { get; set; } = 90;

    /// <summary>Networks that receivers may be in though they are private, as in <c>10.0.0.0/8</c>; http is permitted there too.</summary>
    public List<string> AllowedNetworks { get; set; } = [];

    /// <summary>A PEM file of CAs that may have issued receivers' certificates besides those that the machine trusts; empty for none.</summary>
    public string CaFile { get; set; } = "";

    /// <summary>A proxy through which receivers are reached over HTTP; empty for none.</summary>
    public string ProxyUrl { get; set; } = "";

    /// <summary>The hosts that may be reached through the proxy, which resolves their names itself.</summary>
    public List<string> ProxyHosts { get; set; } = [];

    /// <summary>What no single setting shows: which one is wrong, and what would be right.</summary>
    public IEnumerable<string> Problems()
    {
        if (AllowedNetworks.Exists(n => !IPAddress.TryParse(n, out _) && !IPNetwork.TryParse(n, out _)))
            yield return "broker.alerts.allowed_networks must hold IP addresses and networks, such as 10.0.0.7 and 10.0.0.0/24.";
        if (ProxyUrl.Length > 0 && !(Uri.TryCreate(ProxyUrl, UriKind.Absolute, out var proxy) && proxy.Scheme is "http" or "https"))
            yield return "broker.alerts.proxy_url must be an http or https URL, such as http://proxy.example.com:3128.";
        if (ProxyUrl.Length > 0 && ProxyHosts.Count == 0)
            yield return "broker.alerts.proxy_hosts must name the hosts that may be reached through broker.alerts.proxy_url.";
    }
}
