using System.Text.Encodings.Web;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Telemetry;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Brokkr.Broker.Auth;

/// <summary>Reads <c>Authorization: Bearer PAK</c>, over REST and gRPC alike.</summary>
internal sealed class PakAuthentication(
    PakVerifier verifier, BrokerMetrics metrics, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public const string SchemeName = "PAK";

    private const string Prefix = "Bearer ";

    private const string Malformed = "malformed";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var headers = Request.Headers.Authorization;
        if (headers.Count == 0)
            return AuthenticateResult.NoResult();
        if (headers is not [{ } header] || !header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.Fail(Malformed);
        return await verifier.VerifyAsync(header[Prefix.Length..].Trim(), Context.RequestAborted) ?? AuthenticateResult.Fail("refused");
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // The same answer again, which says why.
        var result = await HandleAuthenticateOnceSafeAsync();
        metrics.Refused(result.None ? "missing" : result.Failure?.Message == Malformed ? Malformed : "invalid");
        await ErrorFace.WriteAsync(Context, Errors.Unauthenticated(result.None
            ? "A PAK is needed: send the header 'Authorization: Bearer <PAK>'."
            : "The PAK is not valid: it is mistyped, unknown, expired or revoked."));
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        metrics.Refused("forbidden");
        return ErrorFace.WriteAsync(Context, Errors.PermissionDenied("This PAK's role does not permit the call."));
    }
}
