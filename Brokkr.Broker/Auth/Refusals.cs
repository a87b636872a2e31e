using Brokkr.Broker.Rest;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Brokkr.Broker.Auth;

/// <summary>Says why a call may not be made, in the one shape of errors, and counts it.</summary>
internal sealed class Refusals(RefusalMetrics metrics) : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
            return next(context);
        if (authorizeResult.Forbidden)
        {
            metrics.Refused(RefusalMetrics.Forbidden);
            return ErrorFace.WriteAsync(context, Errors.PermissionDenied("This PAK's role does not permit the call."));
        }

        var isMissing = context.Request.Headers.Authorization.Count == 0;
        metrics.Refused(isMissing ? RefusalMetrics.Missing
            : PakAuthentication.Presented(context) is null ? RefusalMetrics.Malformed : RefusalMetrics.Invalid);
        return ErrorFace.WriteAsync(context, Errors.Unauthenticated(isMissing
            ? "A PAK is needed: send the header 'Authorization: Bearer <PAK>'."
            : "The PAK is not valid: it is mistyped, unknown, expired or revoked."));
    }
}
