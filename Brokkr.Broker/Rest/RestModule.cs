using Brokkr.Contracts;

namespace Brokkr.Broker.Rest;

/// <summary>Wires gRPC and its JSON face: strict input, one shape of error, nothing of the implementation.</summary>
internal static class RestModule
{
    public static WebApplicationBuilder AddRest(this WebApplicationBuilder builder)
    {
        builder.Services.AddGrpc(grpc =>
        {
            grpc.EnableDetailedErrors = false;
            grpc.MaxReceiveMessageSize = Limits.RequestBytes;
            grpc.Interceptors.Add<ErrorInterceptor>();
        }).AddJsonTranscoding(json => json.TypeRegistry = Errors.DetailTypes);
        builder.Services.AddSingleton<ErrorInterceptor>();
        return builder;
    }

    /// <summary>Comes before authentication, so that its answers get the same shape; bodies are looked at after it.</summary>
    public static void UseRest(this WebApplication app)
    {
        app.UseRouting();
        app.UseMiddleware<ErrorFace>();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseMiddleware<JsonFace>();
    }
}
