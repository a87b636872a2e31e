using Brokkr.Broker.Health;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Brokkr.Broker.Ui.Fleet;

/// <summary>The console's first page.</summary>
internal static class FleetPages
{
    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/", ShowAsync);

    private static async Task<RazorComponentResult<FleetPage>> ShowAsync(FleetStore fleet, CancellationToken ct)
    {
        var sample = await fleet.ReadAsync(ct);
        return new(new
        {
            View = new FleetView(
                [new("failing", sample.Failing), new("degraded", sample.Degraded), new("unknown", sample.Unknown),
                new("healthy", sample.Healthy)],
                sample.Agents, sample.SilentAgents),
        });
    }
}
