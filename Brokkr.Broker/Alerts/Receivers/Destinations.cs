using System.Net;
using System.Net.Sockets;
using Brokkr.Broker.Alerts.Settings;

namespace Brokkr.Broker.Alerts.Receivers;

/// <summary>
/// Where messages may go: nowhere inside, so that a receiver cannot be used to reach what only the broker can. What was looked at is what
/// is connected to: a name that answers differently the next time gains nothing.
/// </summary>
internal sealed class Destinations
{
    private static readonly IPNetwork[] Inside =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
            "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;
    private readonly IPNetwork[] _allowed;
    private readonly HashSet<string> _proxied;

    public Destinations(AlertOptions options)
        : this(options, Dns.GetHostAddressesAsync)
    {
    }

    /// <param name="options">Which networks, and which proxy.</param>
    /// <param name="resolve">Finds the addresses of a name.</param>
    internal Destinations(AlertOptions options, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        _resolve = resolve;
        _allowed = [.. options.AllowedNetworks.Select(n => n.Contains('/', StringComparison.Ordinal)
            ? IPNetwork.Parse(n)
            : new IPNetwork(IPAddress.Parse(n), IPAddress.Parse(n).AddressFamily is AddressFamily.InterNetwork ? 32 : 128))];
        _proxied = new(options.ProxyHosts, StringComparer.OrdinalIgnoreCase);
        Proxy = options.ProxyUrl.Length == 0 ? null : new(options.ProxyUrl);
    }

    /// <summary>The proxy through which HTTP goes; null for none.</summary>
    public Uri? Proxy { get; }

    /// <summary>Why nothing may be sent to a URL, as far as it can be told without asking for addresses; null where it may.</summary>
    public string? RefusalOf(Uri url)
    {
        if (Proxy is not null && !_proxied.Contains(url.Host))
            return "its host must be one of broker.alerts.proxy_hosts, since broker.alerts.proxy_url is set.";
        if (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && !Allows(address))
            return "leads to a private or reserved address: name its network in broker.alerts.allowed_networks to permit that.";
        return url.Scheme == Uri.UriSchemeHttps || _allowed.Length > 0
            ? null
            : "must begin with https://; http is for networks in broker.alerts.allowed_networks.";
    }

    /// <summary>Connects to a host after a look at every address that its name has.</summary>
    /// <exception cref="DestinationException">The name is not known, or leads inside.</exception>
    public async ValueTask<Socket> ConnectAsync(string host, int port, bool isSecure, CancellationToken ct)
    {
        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(host.Trim('[', ']'), out var given) ? [given] : await _resolve(host, ct);
        }
        catch (SocketException)
        {
            throw new DestinationException("the name of its host is not known");
        }

        if (addresses.Length == 0 || !Array.TrueForAll(addresses, Allows))
            throw new DestinationException(
                "its host has a private or reserved address, which broker.alerts.allowed_networks does not name");
        if (!isSecure && !Array.TrueForAll(addresses, IsNamed))
            throw new DestinationException("http is only for networks that broker.alerts.allowed_networks names");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, ct);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether an address is outside, or in a network that the settings name.</summary>
    internal bool Allows(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return IsNamed(plain) || !Array.Exists(Inside, n => n.Contains(plain));
    }

    private bool IsNamed(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(_allowed, n => n.Contains(plain));
    }
}
