using Brokkr.Broker.Rest;
using Brokkr.Broker.Ui.Parts;

namespace Brokkr.Broker.Ui.Sessions;

/// <summary>
/// Refuses what another site's page would have a signed-in browser do: below <c>/ui</c> everything but a read must come from the console
/// itself.
/// </summary>
internal sealed class SameOrigin(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        ConsolePaths.IsConsole(context) && !IsRead(context.Request.Method) && !IsFromHere(context.Request)
            ? throw Errors.PermissionDenied("This must come from a page of the console itself: open the console and try again there.")
            : next(context);

    private static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    /// <summary>
    /// Browsers say where a request is from in a header that no page can set; older ones, and all without TLS, say the origin.
    /// </summary>
    private static bool IsFromHere(HttpRequest request) => request.Headers["Sec-Fetch-Site"] switch
    {
        [{ } site] => site == "same-origin",
        [] => request.Headers.Origin is [{ } origin]
        && string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };
}
