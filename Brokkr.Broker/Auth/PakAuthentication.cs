using Microsoft.AspNetCore.Authentication;

namespace Brokkr.Broker.Auth;

/// <summary>
/// Reads <c>Authorization: Bearer PAK</c>, over REST and gRPC alike; <see cref="Refusals"/> says what is wrong with it. There is one scheme
/// and no other to choose: the framework's handlers and schemes would be twenty objects to a call, and a held poll keeps them.
/// </summary>
internal sealed class PakAuthentication(RequestDelegate next, PakVerifier verifier)
{
    public const string SchemeName = "PAK";

    private const string Prefix = "Bearer ";

    public async Task InvokeAsync(HttpContext context)
    {
        if (Presented(context) is { } presented && await verifier.VerifyAsync(presented, context.RequestAborted) is { } success)
            Accept(context, success);

        await next(context);
    }

    /// <summary>What a key that is in force stands for; calls may share it.</summary>
    public static AuthenticateResult Success(ActivePakRow pak) => AuthenticateResult.Success(new(Caller.Of(pak), SchemeName));

    /// <summary>Makes a call that of the key's holder.</summary>
    public static void Accept(HttpContext context, AuthenticateResult success)
    {
        context.User = success.Principal!;
        context.Features.Set<IAuthenticateResultFeature>(new Verified { AuthenticateResult = success });
    }

    /// <summary>What the call shows as its key; null where it shows nothing, or nothing of that form.</summary>
    public static string? Presented(HttpContext context) =>
        context.Request.Headers.Authorization is [{ } header] && header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            ? header[Prefix.Length..].Trim()
            : null;

    /// <summary>Where the authorization middleware looks for who was verified.</summary>
    private sealed class Verified : IAuthenticateResultFeature
    {
        public AuthenticateResult? AuthenticateResult { get; set; }
    }
}
