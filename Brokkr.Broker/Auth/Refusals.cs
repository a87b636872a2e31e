using Brokkr.Broker.Rest;
using Brokkr.Contracts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Brokkr.Broker.Auth;

/// <summary>Says why a call may not be made, in the one shape of errors, and leaves a trace of it.</summary>
internal sealed class Refusals(RefusalMetrics metrics, RefusalTrail trail) : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
            return next(context);
        if (authorizeResult.Forbidden)
        {
            metrics.Refused(RefusalMetrics.Forbidden);
            var caller = context.CallerActor();
            trail.Note(new(caller, caller.PakId, RefusalMetrics.Forbidden));
            return ErrorFace.WriteAsync(context, Errors.PermissionDenied("This PAK's role does not permit the call."));
        }

        var (isMissing, presented) = (context.Request.Headers.Authorization.Count == 0, PakAuthentication.Presented(context));
        var reason = isMissing ? RefusalMetrics.Missing : presented is null ? RefusalMetrics.Malformed : RefusalMetrics.Invalid;
        metrics.Refused(reason);
        var stranger = Actor.Broker with { Address = Caller.AddressOf(context) };
        trail.Note(new(stranger, Pak.TryParse(presented, out var pak) ? pak.Id : "", reason));
        return ErrorFace.WriteAsync(context, Errors.Unauthenticated(isMissing
            ? "A PAK is needed: send the header 'Authorization: Bearer <PAK>'."
            : "The PAK is not valid: it is mistyped, unknown, expired or revoked."));
    }
}
