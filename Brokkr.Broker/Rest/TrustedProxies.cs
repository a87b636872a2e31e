using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace Brokkr.Broker.Rest;

/// <summary>Who called, where proxies stand between; only proxies that the settings name are believed.</summary>
internal static class TrustedProxies
{
    public static void UseTrustedProxies(this WebApplication app, IReadOnlyCollection<string> proxies)
    {
        if (proxies.Count == 0)
            return;
        // Each hop back must be trusted, however many there are.
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = null
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (IPAddress.TryParse(proxy, out var address))
                options.KnownProxies.Add(address);
            else
                options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
        }

        app.UseForwardedHeaders(options);
    }
}
