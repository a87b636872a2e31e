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
        NoteStranger(context, presented, reason);
        return ErrorFace.WriteAsync(context, Errors.Unauthenticated(isMissing
            ? "A PAK is needed: send the header 'Authorization: Bearer <PAK>'."
            : "The PAK is not valid: it is mistyped, unknown, expired or revoked."));
    }

    /// <summary>Leaves a trace of a key that lets nobody in.</summary>
    /// <param name="context">The call.</param>
    /// <param name="presented">What was shown as a key; null or empty where nothing was.</param>
    /// <param name="reason">Of <see cref="RefusalMetrics"/>.</param>
    public void NoteStranger(HttpContext context, string? presented, string reason)
    {
        metrics.Refused(reason);
        var stranger = Actor.Broker with { Address = Caller.AddressOf(context) };
        trail.Note(new(stranger, Pak.TryParse(presented, out var pak) ? pak.Id : "", reason));
    }
}
