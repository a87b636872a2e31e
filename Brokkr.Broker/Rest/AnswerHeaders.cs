namespace Brokkr.Broker.Rest;

/// <summary>Headers of every answer: an identifier that the log names too, and what keeps browsers from harm.</summary>
internal sealed class AnswerHeaders(RequestDelegate next, ILogger<AnswerHeaders> log)
{
    public const string RequestId = "x-request-id";

    /// <summary>Of what a standby answered: all that was committed until then is in it, an RFC 3339 time by the primary's clock.</summary>
    public const string AsOf = "x-brokkr-as-of";

    /// <summary>Answers of the API are never a page.</summary>
    private const string NoPage = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>The page with the documentation runs its own script, and calls the broker it came from.</summary>
    private const string DocumentationPage =
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Pages of the console run the broker's own script and nothing that is built from text.</summary>
    private const string ConsolePage =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
        + "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    public async Task InvokeAsync(HttpContext context)
    {
        // Not the caller's own: what stands in the log is what the broker made.
        context.TraceIdentifier = Guid.NewGuid().ToString("N");
        var headers = context.Response.Headers;
        headers[RequestId] = context.TraceIdentifier;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        var isConsole = context.Request.Path.StartsWithSegments("/ui", StringComparison.Ordinal);
        // With no-referrer browsers would say `Origin: null` of the console's own forms.
        headers["Referrer-Policy"] = isConsole ? "same-origin" : "no-referrer";
        headers.ContentSecurityPolicy = isConsole ? ConsolePage
            : context.Request.Path.StartsWithSegments("/docs", StringComparison.Ordinal) ? DocumentationPage
            : NoPage;
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = "max-age=31536000";
        using (log.BeginScope(new[] { KeyValuePair.Create("request_id", (object)context.TraceIdentifier) }))
            await next(context);
    }
}
