namespace Brokkr.Broker.Rest;

/// <summary>A feature of requests whose errors are not JSON: writes one in another form. Status and headers may still change.</summary>
internal sealed record ErrorView(Func<HttpContext, ApiError, Task> WriteAsync);
