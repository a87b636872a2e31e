using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Health;

/// <summary>Looks at the fleet now and then, so that a scrape costs the database nothing.</summary>
internal sealed class FleetSampler(FleetStore fleet, FleetMetrics metrics, DatabaseWatch database, ILogger<FleetSampler> log)
    : BackgroundService
{
    /// <summary>As often as scrapers usually come.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        database.RunAsync(Interval, SampleAsync, log, stoppingToken);

    internal async Task SampleAsync(CancellationToken ct)
    {
        try
        {
            (metrics.Stacks, metrics.Fleet) = (await fleet.ReadStacksAsync(ct), await fleet.ReadAsync(ct));
        }
        catch (Exception e) when (DatabaseFailure.IsTransient(e))
        {
            // Figures of a moment ago would be a lie.
            (metrics.Fleet, metrics.Stacks) = (null, []);
            throw;
        }
    }
}
