using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace Brokkr.Agent.Broker;

/// <summary>Opens the one outbound connection: every call carries the key and a deadline.</summary>
internal static class BrokerConnection
{
    /// <summary>Of every call that names none of its own.</summary>
    internal static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    /// <exception cref="Contracts.Configuration.ConfigurationException">The proxy's address cannot be used.</exception>
    public static GrpcChannel Open(ConnectionOptions options)
    {
        var proxy = ProxyChoice.Of(options.BrokerProxy, "agent.broker_proxy");
        return GrpcChannel.ForAddress(options.BrokerUrl, new()
        {
            MaxReceiveMessageSize = Contracts.Limits.RequestBytes,
            HttpHandler = new SocketsHttpHandler
            {
                Proxy = proxy,
                UseProxy = proxy is not null,
                // gRPC connects by itself, past a proxy, unless somebody else says how.
                ConnectCallback = proxy?.GetProxy(new(options.BrokerUrl)) is null ? null : WatchedSocket.ConnectAsync,
                KeepAlivePingDelay = TimeSpan.FromSeconds(30),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
                ConnectTimeout = TimeSpan.FromSeconds(10),
                SslOptions = BrokerTls.Of(options),
            },
        });
    }

    /// <summary>Every call through it bears the key, and is heard of by <paramref name="health"/>.</summary>
    public static CallInvoker Signed(GrpcChannel channel, string pak, BrokerHealth health, TimeProvider clock) =>
        channel.Intercept(new Signature(pak, health, clock));

    /// <summary>Call credentials would refuse cleartext, which a local or meshed broker may speak; a header does not ask.</summary>
    private sealed class Signature(string pak, BrokerHealth health, TimeProvider clock) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            var headers = context.Options.Headers ?? [];
            headers.Add("authorization", $"Bearer {pak}");
            var call = context.Options.WithHeaders(headers);
            if (call.Deadline is null)
                call = call.WithDeadline((clock.GetUtcNow() + Deadline).UtcDateTime);
            var given = continuation(request, new(context.Method, context.Host, call));
            return new(health.NoteAsync(given.ResponseAsync), given.ResponseHeadersAsync, given.GetStatus, given.GetTrailers,
                given.Dispose);
        }
    }
}
