using Brokkr.Broker.Auth;
using Brokkr.Broker.Ui.Parts;

namespace Brokkr.Broker.Ui.Sessions;

/// <summary>
/// Lets a session stand for its key, below <c>/ui</c> only: the API takes keys alone, so that no page elsewhere can call it for somebody.
/// </summary>
internal sealed class ConsoleAuthentication(RequestDelegate next, ConsoleSessionStore sessions)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (ConsolePaths.IsPage(context) && SessionCookie.HashOf(context) is { } hash
            && await sessions.FindAsync(hash, isUse: !ConsolePaths.IsRefresh(context), context.RequestAborted) is { } pak)
        {
            PakAuthentication.Accept(context, PakAuthentication.Success(pak));
        }

        await next(context);
    }
}
