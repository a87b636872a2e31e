using Brokkr.Broker.Auth;
using Brokkr.Broker.Ui.Parts;

namespace Brokkr.Broker.Ui.Sessions;

/// <summary>
/// Lets a session stand for its key, below <c>/ui</c> only: the API takes keys alone, so that no page elsewhere can call it for somebody.
/// </summary>
internal sealed class ConsoleAuthentication(RequestDelegate next, ConsoleSessionStore sessions)
{
    /// <summary>Sent by the refresh of a page, which is no sign that somebody is there.</summary>
    public const string RefreshHeader = "X-Brokkr-Refresh";

    public async Task InvokeAsync(HttpContext context)
    {
        if (ConsolePaths.IsPage(context) && SessionCookie.HashOf(context) is { } hash
            && await sessions.FindAsync(hash, isUse: !context.Request.Headers.ContainsKey(RefreshHeader),
                context.RequestAborted) is { } pak)
        {
            PakAuthentication.Accept(context, PakAuthentication.Success(pak));
        }

        await next(context);
    }
}
