using System.Net.Sockets;
using System.Security.Authentication;
using Brokkr.Agent.Tls;
using Brokkr.Contracts.Text;
using Grpc.Core;

namespace Brokkr.Agent.Broker;

/// <summary>Says in one line why a call did not reach the broker, and what to look at. Pure.</summary>
internal static class UnreachableBroker
{
    private const string NoGrpc = "no gRPC is spoken there; agent.broker_url must name the broker's gRPC port, not that of REST";

    public static string Why(RpcException failure, ConnectionOptions options)
    {
        var (causes, broker) = (Chain(failure.Status.DebugException).ToList(), new Uri(options.BrokerUrl));
        if (causes.OfType<HttpRequestException>().FirstOrDefault() is { } request && OfRequest(request, causes, broker) is { } why)
            return why;
        if (OfSocket(causes, broker) is { } refused)
            return refused;
        if (failure.StatusCode == StatusCode.DeadlineExceeded)
            return "it does not answer in time";
        if (failure.Status.Detail.StartsWith("Bad gRPC response", StringComparison.Ordinal))
            return NoGrpc;
        return $"{failure.StatusCode}{(failure.Status.Detail.Length > 0 ? $", {Clean(failure.Status.Detail)}" : "")}";
    }

    private static string? OfRequest(HttpRequestException request, List<Exception> causes, Uri broker)
    {
        switch (request.HttpRequestError)
        {
            case HttpRequestError.NameResolutionError:
                return $"the name {broker.Host} is not known";
            case HttpRequestError.ProxyTunnelError:
                return $"the proxy does not let it through: {Clean(request.Message)}";
            case HttpRequestError.SecureConnectionError:
                return OfTls(causes, broker);
            case HttpRequestError.VersionNegotiationError or HttpRequestError.HttpProtocolError or HttpRequestError.InvalidResponse:
                return NoGrpc;
            default:
                return OfSocket(causes, broker)
                    ?? (causes.Exists(c => c is OperationCanceledException or TimeoutException) ? "no connection within 10 seconds" : null);
        }
    }

    private static string? OfSocket(List<Exception> causes, Uri broker) =>
        causes.OfType<SocketException>().FirstOrDefault()?.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "nothing listens there (connection refused)",
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"the name {broker.Host} is not known",
            SocketError.TimedOut => "no connection in time",
            SocketError.HostUnreachable or SocketError.NetworkUnreachable => "there is no way there (host or network unreachable)",
            SocketError.ConnectionReset or SocketError.Shutdown => "the connection was closed",
            _ => null,
        };

    private static string OfTls(List<Exception> causes, Uri broker)
    {
        if (causes.OfType<CertificateRefused>().FirstOrDefault() is { } refused)
            return $"its certificate {refused.Why}";
        var said = string.Join(' ', causes.Where(c => c is AuthenticationException or IOException).Select(c => c.Message));
        if (Has("NameMismatch"))
            return $"its certificate is not for {broker.Host}";
        if (Has("NotTimeValid") || Has("expired"))
            return "its certificate has expired or is not valid yet";
        if (Has("UntrustedRoot") || Has("PartialChain") || Has("remote certificate"))
            return "its certificate is of no CA that this machine trusts; name its CA in agent.broker_ca";
        if (Has("frame") || Has("packet format") || Has("wrong version number"))
            return "no TLS is spoken there; use http:// or the port with TLS";
        return $"no TLS connection: {Clean(said.Length > 0 ? said : "the handshake failed")}";

        bool Has(string word) => said.Contains(word, StringComparison.OrdinalIgnoreCase);
    }

    private static IEnumerable<Exception> Chain(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
            yield return e;
    }

    private static string Clean(string text) => ShortText.Message(text);
}
