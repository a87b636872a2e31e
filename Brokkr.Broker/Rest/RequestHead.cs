using Microsoft.AspNetCore.Http.Features;

namespace Brokkr.Broker.Rest;

/// <summary>Bounds the head of a request. The server's own bound is wider, and its answer has no body.</summary>
internal sealed class RequestHead(RequestDelegate next)
{
    public const int MaxBytes = 16 * 1024;
    public const int MaxHeaders = 64;
    public const int MaxTarget = 8 * 1024;

    public Task InvokeAsync(HttpContext context)
    {
        var (bytes, headers) = (0, 0);
        foreach (var (name, values) in context.Request.Headers)
        {
            foreach (var value in values)
            {
                bytes += name.Length + (value?.Length ?? 0) + 4;
                headers++;
            }
        }

        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget.Length ?? 0;
        if (bytes <= MaxBytes && headers <= MaxHeaders && target <= MaxTarget)
            return next(context);
        if (HttpProtocol.IsHttp11(context.Request.Protocol))
            context.Response.Headers.Connection = "close";
        throw Errors.HeadTooLarge();
    }
}
