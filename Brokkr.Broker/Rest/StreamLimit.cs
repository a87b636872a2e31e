using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Brokkr.Broker.Rest;

/// <summary>
/// Ends streams once the time of a request is over, or the broker stops: gRPC takes the timeout of requests off them, so that whoever opens
/// one could hold it for ever. Their callers open them anew.
/// </summary>
internal sealed class StreamLimit(RequestDelegate next, LimitOptions limits, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <summary>How long a method has to end by itself; then its stream is broken off.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    public Task InvokeAsync(HttpContext context) => IsStream(context) ? LimitAsync(context) : next(context);

    /// <summary>Whether the call is of a gRPC method that takes or answers more than one message.</summary>
    public static bool IsStream(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.Type is not (null or MethodType.Unary);

    /// <summary>Whether the call is of a gRPC method that needs no key: it may take the time of a request to send its message.</summary>
    public static bool IsOpenGrpc(HttpContext context) =>
        context.GetEndpoint()?.Metadata is { } about && about.GetMetadata<GrpcMethodMetadata>() is not null
        && about.GetMetadata<IAllowAnonymous>() is not null;

    private async Task LimitAsync(HttpContext context)
    {
        var time = TimeSpan.FromSeconds(limits.RequestTimeoutSeconds);
        using var over = new CancellationTokenSource(time, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(over.Token, context.RequestAborted, lifetime.ApplicationStopping);
        using var broken = new CancellationTokenSource(time + Grace, clock);
        using var breaking = broken.Token.Register(context.Abort);
        context.RequestAborted = both.Token;
        await next(context);
    }
}
