using Brokkr.Contracts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace Brokkr.Broker.Auth;

/// <summary>Wires authentication: every endpoint is closed unless it says otherwise.</summary>
internal static class AuthModule
{
    public static WebApplicationBuilder AddAuth(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PakStore>().AddSingleton<PakVerifier>().AddSingleton<AdminBootstrap>();
        builder.Services.AddAuthentication(PakAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, PakAuthentication>(PakAuthentication.SchemeName, null);
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Admin, p => p.RequireRole(nameof(PakRole.Admin)))
            .AddPolicy(Policies.Reader, p => p.RequireRole(nameof(PakRole.Admin), nameof(PakRole.Reader)))
            .AddPolicy(Policies.Agent, p => p.RequireRole(nameof(PakRole.Agent)))
            .AddPolicy(Policies.Anyone, p => p.RequireAuthenticatedUser())
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        return builder;
    }
}
