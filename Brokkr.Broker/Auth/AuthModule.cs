using Brokkr.Broker.Rest;
using Brokkr.Contracts;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Brokkr.Broker.Auth;

/// <summary>Wires keys, rights, rates and the audit trail: every endpoint is closed unless it says otherwise.</summary>
internal static class AuthModule
{
    public static WebApplicationBuilder AddAuth(this WebApplicationBuilder builder, AuthOptions options, LimitOptions limits)
    {
        builder.Services.AddSingleton(options).AddSingleton<ActivePakStore>().AddSingleton<PakDirectory>().AddSingleton<PakUses>()
            .AddSingleton<PakVerifier>()
            .AddSingleton<AdminBootstrap>().AddSingleton<AdminPakStore>().AddSingleton<PakStore>().AddSingleton<AuditStore>()
            .AddSingleton<Permissions>().AddHostedService<AuditSweeper>()
            .AddSingleton<RefusalTrail>().AddHostedService(services => services.GetRequiredService<RefusalTrail>());
        builder.Services.AddSingleton<RefusalMetrics>().AddRateLimiter(limiter => RateLimits.Configure(limiter, limits));
        // After the one that turns what fails into an error: what it turned could not be asked elsewhere.
        builder.Services.AddSingleton<ReadMetrics>().AddSingleton<ReadChoice>()
            .Configure<GrpcServiceOptions>(grpc => grpc.Interceptors.Add<ReadChoice>());
        // The framework's evaluator would be one for each call, which a held poll keeps.
        builder.Services.AddSingleton<Refusals>().AddSingleton<IPolicyEvaluator, PolicyEvaluator>()
            .AddSingleton<IAuthorizationMiddlewareResultHandler>(services => services.GetRequiredService<Refusals>());
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Admin, p => p.RequireRole(nameof(PakRole.Admin)))
            .AddPolicy(Policies.Reader, p => p.RequireRole(nameof(PakRole.Admin), nameof(PakRole.Reader)))
            .AddPolicy(Policies.Agent, p => p.RequireRole(nameof(PakRole.Agent)))
            .AddPolicy(Policies.Anyone, p => p.RequireAuthenticatedUser())
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        return builder;
    }

    /// <summary>Comes after routing and before authorization.</summary>
    public static void UseAuth(this WebApplication app)
    {
        // Its series are known before the first call is refused, but not before somebody listens to meters.
        app.Lifetime.ApplicationStarted.Register(() => app.Services.GetRequiredService<RefusalMetrics>());
        app.Lifetime.ApplicationStarted.Register(() => app.Services.GetRequiredService<ReadMetrics>());
        app.UseMiddleware<PakAuthentication>();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseMiddleware<BodiesInFlight>();
    }

    public static void MapAuth(this WebApplication app) => app.MapGrpcService<AccessApi>();
}
