using Brokkr.Broker.Storage;
using Grpc.Core.Interceptors;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Brokkr.Broker.Rest;

/// <summary>
/// Turns whatever a method throws into an error of the API, and keeps it for the JSON face. What the database undid is run again. Measures
/// every method, over either face, with the code that its caller sees.
/// </summary>
internal sealed class RpcInterceptor(RpcMetrics metrics, TimeProvider clock, ILogger<RpcInterceptor> log) : Interceptor
{
    private const int Rounds = 4;

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var began = clock.GetTimestamp();
        for (var round = 1; ; round++)
        {
            try
            {
                var response = await continuation(request, context);
                Measure(context, StatusCode.OK, began);
                return response;
            }
            catch (Exception e) when (round < Rounds && DatabaseFailure.IsUndone(e))
            {
                RestLog.RunAgain(log, e);
            }
            catch (Exception e)
            {
                var error = Translate(e, context);
                context.GetHttpContext().Items[ErrorFace.ErrorItem] = error;
                Measure(context, error.StatusCode, began);
                throw error;
            }
        }
    }

    private void Measure(ServerCallContext context, StatusCode code, long began) => metrics.Called(
        context.Method[(context.Method.LastIndexOf('/') + 1)..], ErrorFace.IsGrpc(context.GetHttpContext()) ? "grpc" : "rest", code, clock.GetElapsedTime(began));

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
