using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http.Timeouts;
using Npgsql;

namespace Brokkr.Broker.Rest;

/// <summary>Turns whatever a method throws into an error of the API, and keeps it for the JSON face.</summary>
internal sealed class ErrorInterceptor(ILogger<ErrorInterceptor> log) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception e)
        {
            var error = Translate(e, context);
            context.GetHttpContext().Items[ErrorFace.ErrorItem] = error;
            throw error;
        }
    }

    private RpcException Translate(Exception exception, ServerCallContext context)
    {
        switch (exception)
        {
            case RpcException error:
                return error;
            case OperationCanceledException when context.GetHttpContext().Features.Get<IHttpRequestTimeoutFeature>()?.RequestTimeoutToken.IsCancellationRequested == true:
                return Errors.TimedOut();
            case OperationCanceledException when context.CancellationToken.IsCancellationRequested:
                return new(new Status(StatusCode.Cancelled, "The caller went away."));
            case NpgsqlException { IsTransient: true } or TimeoutException:
                RestLog.DatabaseAway(log, exception, context.GetHttpContext().TraceIdentifier);
                return Errors.Unavailable("The database does not answer: try again in a few seconds.");
            default:
                var id = context.GetHttpContext().TraceIdentifier;
                RestLog.Failed(log, exception, id);
                return Errors.Internal(id);
        }
    }
}
