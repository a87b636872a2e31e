using System.Net;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Agent;

/// <summary>Which proxy an address is reached through: the one that a setting names, or those of the environment.</summary>
internal static class ProxyChoice
{
    /// <summary>In place of a proxy's URL: none, whatever the environment says.</summary>
    public const string Direct = "direct";

    /// <param name="setting">As in <c>http://proxy:3128</c>, <c>direct</c>, or empty for the environment.</param>
    /// <param name="key">The name of the setting.</param>
    /// <returns>Null for none.</returns>
    /// <exception cref="ConfigurationException">It is no URL of a proxy.</exception>
    public static IWebProxy? Of(string setting, string key)
    {
        if (setting.Length == 0)
            return Environmental(HttpClient.DefaultProxy, Variable("no_proxy") ?? Variable("NO_PROXY"));
        if (setting == Direct)
            return null;
        if (!Uri.TryCreate(setting, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https" or "socks5" or "socks4"))
        {
            throw new ConfigurationException(
                $"{key} must be the URL of a proxy, such as http://proxy:3128 or socks5://proxy:1080, or {Direct}.");
        }

        var (user, password) = url.UserInfo.Split(':', 2) is [var name, var secret] ? (name, secret) : (url.UserInfo, "");
        return new WebProxy(new UriBuilder(url) { UserName = "", Password = "" }.Uri)
        {
            Credentials = user.Length == 0 ? null : new NetworkCredential(Uri.UnescapeDataString(user), Uri.UnescapeDataString(password)),
        };
    }

    /// <summary>The runtime reads the environment, but of <c>NO_PROXY</c> no networks, such as 10.96.0.0/12.</summary>
    internal static IWebProxy Environmental(IWebProxy proxy, string? noProxy) => new Networks(
        proxy, [.. (noProxy ?? "").Split(',', StringSplitOptions.TrimEntries).Where(n => n.Contains('/', StringComparison.Ordinal))
            .Select(n => IPNetwork.TryParse(n, out var network) ? network : (IPNetwork?)null).OfType<IPNetwork>()]);

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name);

    private sealed class Networks(IWebProxy proxy, IReadOnlyList<IPNetwork> direct) : IWebProxy
    {
        public ICredentials? Credentials { get => proxy.Credentials; set => proxy.Credentials = value; }

        public Uri? GetProxy(Uri destination) => IsDirect(destination) ? null : proxy.GetProxy(destination);

        public bool IsBypassed(Uri host) => IsDirect(host) || proxy.IsBypassed(host);

        private bool IsDirect(Uri address) =>
            IPAddress.TryParse(address.DnsSafeHost, out var ip) && direct.Any(network => network.Contains(ip));
    }
}
