using System.Net;
using Brokkr.Broker.Operations;
using Brokkr.Broker.Rest;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Brokkr.Broker;

/// <summary>Opens the ports, and bounds what a connection may cost before anybody knows who is behind it.</summary>
internal static class Listeners
{
    /// <summary>
    /// What is read and thrown away of a body that is too large, so that ordinary clients see the answer and not a broken connection.
    /// </summary>
    private const int DrainBytes = 64 * 1024 * 1024;

    public static void Configure(KestrelServerOptions kestrel, BrokerOptions options)
    {
        kestrel.AddServerHeader = false;
        Bound(kestrel.Limits, options.Limits);
        var cleartext = options.CleartextAddress;
        Listen(kestrel, cleartext, options.HttpPort, l => l.Protocols = HttpProtocols.Http1);
        Listen(kestrel, cleartext, options.GrpcPort, l => l.Protocols = HttpProtocols.Http2);
        Listen(kestrel, options.ParsedManagementAddress, options.ManagementPort, l =>
        {
            l.Protocols = HttpProtocols.Http1;
            l.Use(next => connection =>
            {
                connection.Features.Set(ManagementPort.Mark);
                return next(connection);
            });
        });
        if (!options.Tls.Enabled)
            return;
        var certificate = kestrel.ApplicationServices.GetRequiredService<ServerCertificate>();
        Listen(kestrel, options.SecureAddress, options.TlsPort, l =>
        {
            l.Protocols = HttpProtocols.Http1AndHttp2;
            l.UseHttps(new Microsoft.AspNetCore.Server.Kestrel.Https.TlsHandshakeCallbackOptions
            {
                OnConnection = _ =>
                new(certificate.ForConnection())
            });
        });
    }

    private static void Bound(KestrelServerLimits limits, LimitOptions options)
    {
        limits.MaxConcurrentConnections = options.MaxConnections;
        limits.MaxRequestBodySize = DrainBytes;
        // More than is permitted: what is a little too much gets an answer of ours, what is far too much one of the server's.
        limits.MaxRequestHeadersTotalSize = 4 * RequestHead.MaxBytes;
        limits.MaxRequestHeaderCount = 4 * RequestHead.MaxHeaders;
        limits.MaxRequestLineSize = 4 * RequestHead.MaxTarget;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(90);
        limits.MinRequestBodyDataRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.Http2.MaxStreamsPerConnection = 100;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }

    /// <summary>No address stands for every one, of both families where the machine has both.</summary>
    private static void Listen(KestrelServerOptions kestrel, IPAddress? address, int port, Action<ListenOptions> configure)
    {
        if (address is null)
            kestrel.ListenAnyIP(port, configure);
        else
            kestrel.Listen(address, port, configure);
    }
}
