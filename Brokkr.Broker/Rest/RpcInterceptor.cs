using Brokkr.Broker.Storage;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Npgsql;

namespace Brokkr.Broker.Rest;

/// <summary>
/// Checks every request, turns whatever a method throws into an error of the API, and keeps it for the JSON face. What the database undid
/// is run again. Measures every method, over either face, with the code that its caller sees.
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
                if (request is IMessage message)
                    MessageCheck.Require(message);
                var response = await continuation(request, context);
                Measure(context, StatusCode.OK, began);
                return response;
            }
            catch (Exception e) when (round < Rounds && (DatabaseFailure.IsUndone(e) || DatabaseFailure.IsOvertaken(e)))
            {
                RestLog.RunAgain(log, ((PostgresException)e).SqlState);
            }
            catch (Exception e)
            {
                var http = context.GetHttpContext();
                var error = Failures.Translate(e, http, log, context.CancellationToken);
                http.Items[ErrorFace.ErrorItem] = error;
                Measure(context, error.StatusCode, began);
                throw error;
            }
        }
    }

    private void Measure(ServerCallContext context, StatusCode code, long began) => metrics.Called(
        context.Method[(context.Method.LastIndexOf('/') + 1)..], ErrorFace.IsGrpc(context.GetHttpContext()) ? "grpc" : "rest", code,
        clock.GetElapsedTime(began));
}
