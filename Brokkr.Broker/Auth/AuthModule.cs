using Brokkr.Contracts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Brokkr.Broker.Auth;

/// <summary>Wires keys, rights and the audit trail: every endpoint is closed unless it says otherwise.</summary>
internal static class AuthModule
{
    public static WebApplicationBuilder AddAuth(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PakStore>().AddSingleton<PakDirectory>().AddSingleton<PakVerifier>().AddSingleton<AdminBootstrap>()
            .AddSingleton<IssuedPakStore>().AddSingleton<AuditStore>().AddHostedService<AuditSweeper>();
        // The framework's evaluator would be one for each call, which a held poll keeps.
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, Refusals>().AddSingleton<IPolicyEvaluator, PolicyEvaluator>();
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Admin, p => p.RequireRole(nameof(PakRole.Admin)))
            .AddPolicy(Policies.Reader, p => p.RequireRole(nameof(PakRole.Admin), nameof(PakRole.Reader)))
            .AddPolicy(Policies.Agent, p => p.RequireRole(nameof(PakRole.Agent)))
            .AddPolicy(Policies.Anyone, p => p.RequireAuthenticatedUser())
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        return builder;
    }

    public static void MapAuth(this WebApplication app) => app.MapGrpcService<AccessApi>();
}
