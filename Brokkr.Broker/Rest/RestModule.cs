using Brokkr.Broker.Auth;
using Brokkr.Broker.Operations;
using Brokkr.Contracts;

namespace Brokkr.Broker.Rest;

/// <summary>Wires gRPC and its JSON face: strict input, one shape of error, nothing of the implementation.</summary>
internal static class RestModule
{
    public static WebApplicationBuilder AddRest(this WebApplicationBuilder builder, BrokerOptions options)
    {
        builder.Services.AddGrpc(grpc =>
        {
            grpc.EnableDetailedErrors = false;
            grpc.MaxReceiveMessageSize = Limits.RequestBytes;
            grpc.Interceptors.Add<RpcInterceptor>();
        }).AddJsonTranscoding(json => json.TypeRegistry = Errors.DetailTypes);
        builder.Services.AddSingleton<RpcInterceptor>();
        builder.Services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new()
        {
            Timeout = TimeSpan.FromSeconds(options.Limits.RequestTimeoutSeconds),
            WriteTimeoutResponse = context => ErrorFace.WriteAsync(context, Errors.TimedOut()),
        });
        if (options.CorsOrigins.Count > 0)
        {
            builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy.WithOrigins([.. options.CorsOrigins])
                .WithHeaders("Authorization", "Content-Type").WithMethods("GET", "POST", "PATCH", "DELETE")
                .WithExposedHeaders(AnswerHeaders.RequestId, "Retry-After")));
        }

        return builder;
    }

    /// <summary>Comes before authentication, so that its answers get the same shape; bodies are looked at after it.</summary>
    public static void UseRest(this WebApplication app, BrokerOptions options)
    {
        app.UseTrustedProxies(options.TrustedProxies);
        app.UseMiddleware<AnswerHeaders>();
        app.UseMiddleware<ErrorFace>();
        app.UseMiddleware<ManagementPort>();
        app.UseRouting();
        if (options.CorsOrigins.Count > 0)
            app.UseCors();
        app.UseRequestTimeouts();
        app.UseMiddleware<PakAuthentication>();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseMiddleware<JsonFace>();
    }
}
