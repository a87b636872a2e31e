using Brokkr.Broker.Rest;
using Brokkr.Broker.Ui.Parts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Brokkr.Broker.Ui.Failures;

/// <summary>Shows errors below <c>/ui</c> as pages, and leads whoever is not signed in to where that can be done.</summary>
internal sealed class ErrorPages(RequestDelegate next)
{
    private static readonly ErrorView View = new(WriteAsync);

    public Task InvokeAsync(HttpContext context)
    {
        if (ConsolePaths.IsConsole(context) && !ErrorFace.IsGrpc(context))
            context.Features.Set(View);
        return next(context);
    }

    private static Task WriteAsync(HttpContext context, ApiError error)
    {
        context.Response.Headers.WWWAuthenticate = default;
        if (error.HttpStatus != StatusCodes.Status401Unauthorized)
            return new RazorComponentResult<ErrorPage>(new
            {
                View =
                ErrorPageView.Of(error.HttpStatus, error.Status.Detail)
            })
            { StatusCode = error.HttpStatus }.ExecuteAsync(context);
        var wanted = HttpMethods.IsGet(context.Request.Method) ? $"{context.Request.Path}{context.Request.QueryString}" : ConsolePaths.Root;
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = wanted == ConsolePaths.Root
            ? ConsolePaths.SignIn
            : $"{ConsolePaths.SignIn}?return={Uri.EscapeDataString(wanted)}";
        return Task.CompletedTask;
    }
}
