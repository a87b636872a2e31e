using Brokkr.Broker.Storage;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Brokkr.Broker.Rest;

/// <summary>Turns whatever a method throws into an error of the API, and keeps it for the JSON face. What the database undid is run again.</summary>
internal sealed class ErrorInterceptor(ILogger<ErrorInterceptor> log) : Interceptor
{
    private const int Rounds = 4;

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        for (var round = 1; ; round++)
        {
            try
            {
                return await continuation(request, context);
            }
            catch (Exception e) when (round < Rounds && DatabaseFailure.IsUndone(e))
            {
                RestLog.RunAgain(log, e);
            }
            catch (Exception e)
            {
                var error = Translate(e, context);
                context.GetHttpContext().Items[ErrorFace.ErrorItem] = error;
                throw error;
            }
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
            case var _ when DatabaseFailure.IsTransient(exception):
                RestLog.DatabaseAway(log, exception, context.GetHttpContext().TraceIdentifier);
                return Errors.DatabaseAway();
            default:
                var id = context.GetHttpContext().TraceIdentifier;
                RestLog.Failed(log, exception, id);
                return Errors.Internal(id);
        }
    }
}
