using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.EndToEnd;

/// <summary>Makes of a broker, for one agent, one of the version before: it has no numbers of target states and takes no facts.</summary>
internal sealed class OlderBroker : Interceptor
{
    public static void Behind(IServiceCollection services)
    {
        var signed = services.Single(s => s.ServiceType == typeof(CallInvoker));
        services.Remove(signed);
        services.AddSingleton(s => ((CallInvoker)signed.ImplementationFactory!(s)).Intercept(new OlderBroker()));
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        if (request is Wire.PollDiagnosticsRequest poll)
            poll.ClearKnownTargetNumber();
        if (request is Wire.ReportAgentFactsRequest)
        {
            var refused = new Status(StatusCode.Unimplemented, "Method is unimplemented.");
            return new(Task.FromException<TResponse>(new RpcException(refused)), Task.FromResult(new Metadata()), () => refused, () => [], () => { });
        }

        var call = continuation(request, context);
        return new(AnswerAsync(call.ResponseAsync), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    private static async Task<TResponse> AnswerAsync<TResponse>(Task<TResponse> answer)
    {
        var given = await answer;
        if (given is Wire.TargetState state)
            (state.Number, state.ConfirmedNumber) = (0, 0);
        return given;
    }
}
