using Brokkr.Broker.Rest;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Brokkr.Broker.Telemetry;

/// <summary>Measures every method, over either face, with the code that its caller sees.</summary>
internal sealed class RpcMeasure(BrokerMetrics metrics, TimeProvider clock) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var (began, code) = (clock.GetTimestamp(), StatusCode.OK);
        try
        {
            return await continuation(request, context);
        }
        catch (RpcException e)
        {
            code = e.StatusCode;
            throw;
        }
        finally
        {
            var face = ErrorFace.IsGrpc(context.GetHttpContext()) ? "grpc" : "rest";
            metrics.Called(context.Method[(context.Method.LastIndexOf('/') + 1)..], face, code, clock.GetElapsedTime(began));
        }
    }
}
