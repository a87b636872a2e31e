using Brokkr.Contracts;

namespace Brokkr.Broker.Rest;

/// <summary>Wires gRPC and its JSON face: strict input, one shape of error, nothing of the implementation.</summary>
internal static class RestModule
{
    public static WebApplicationBuilder AddRest(this WebApplicationBuilder builder, LimitOptions limits, List<string> corsOrigins)
    {
        builder.Services.AddGrpc(grpc =>
        {
            grpc.EnableDetailedErrors = false;
            grpc.MaxReceiveMessageSize = Limits.RequestBytes;
            grpc.Interceptors.Add<RpcInterceptor>();
        }).AddJsonTranscoding(json => json.TypeRegistry = Errors.DetailTypes);
        builder.Services.AddSingleton(limits).AddSingleton<RpcInterceptor>().AddSingleton<RpcMetrics>();
        builder.Services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new()
        {
            Timeout = TimeSpan.FromSeconds(limits.RequestTimeoutSeconds),
            WriteTimeoutResponse = context => ErrorFace.WriteAsync(context, Errors.TimedOut()),
        });
        if (corsOrigins.Count > 0)
        {
            builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy.WithOrigins([.. corsOrigins])
                .WithHeaders("Authorization", "Content-Type").WithMethods("GET", "POST", "PATCH", "DELETE")
                .WithExposedHeaders(AnswerHeaders.RequestId, AnswerHeaders.AsOf, "Retry-After")));
        }

        return builder;
    }
}
