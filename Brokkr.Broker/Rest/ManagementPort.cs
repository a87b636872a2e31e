namespace Brokkr.Broker.Rest;

/// <summary>
/// Keeps the management port to probes and metrics, which other hosts may ask for without a key, and metrics to it. The endpoint that
/// routing found decides, however its path was spelt.
/// </summary>
internal sealed class ManagementPort(RequestDelegate next)
{
    /// <summary>Marks a connection to the management port; requests cannot fake it.</summary>
    public static readonly MarkedConnection Mark = new();

    public Task InvokeAsync(HttpContext context)
    {
        var place = context.GetEndpoint()?.Metadata.GetMetadata<Place>();
        var answers = Is(context) ? place is not null : place?.IsOnApiPorts != false;
        return answers ? next(context) : throw Errors.NoSuchPath();
    }

    public static bool Is(HttpContext context) => context.Features.Get<MarkedConnection>() is not null;

    internal sealed class MarkedConnection;

    /// <summary>An endpoint that answers on the management port; those without this answer on the API's ports alone.</summary>
    internal sealed record Place(bool IsOnApiPorts);
}

/// <summary>Says of endpoints that they answer on the management port.</summary>
internal static class ManagementEndpoints
{
    public static TBuilder OnManagementPortOnly<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new ManagementPort.Place(IsOnApiPorts: false));

    public static TBuilder OnManagementPortToo<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new ManagementPort.Place(IsOnApiPorts: true));
}
