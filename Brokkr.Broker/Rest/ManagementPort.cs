namespace Brokkr.Broker.Rest;

/// <summary>Keeps the management port to probes and metrics, which other hosts may ask for without a key, and metrics to it.</summary>
internal sealed class ManagementPort(RequestDelegate next)
{
    /// <summary>Marks a connection to the management port; requests cannot fake it.</summary>
    public static readonly MarkedConnection Mark = new();

    public Task InvokeAsync(HttpContext context)
    {
        var (isProbe, isMetrics) = (context.Request.Path.Value is "/healthz" or "/readyz", context.Request.Path.Value == "/metrics");
        var isHere = Is(context);
        return isMetrics == isHere && (isMetrics || !isHere) || isProbe ? next(context) : throw Errors.NoSuchPath();
    }

    public static bool Is(HttpContext context) => context.Features.Get<MarkedConnection>() is not null;

    internal sealed class MarkedConnection;
}
