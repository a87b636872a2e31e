using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Health;

/// <summary>Looks at the fleet now and then, so that a scrape costs the database nothing.</summary>
internal sealed class FleetSampler(FleetStore fleet, FleetMetrics metrics, DatabaseWatch database, ILogger<FleetSampler> log)
    : BackgroundService
{
    /// <summary>As often as scrapers usually come.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private readonly Guid _broker = Guid.NewGuid();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        database.RunAsync(Interval, SampleAsync, log, stoppingToken);

    internal async Task SampleAsync(CancellationToken ct)
    {
        try
        {
            (metrics.Fleet, metrics.Stacks) = await fleet.SampleAsync(_broker, ct);
        }
        catch (Exception e) when (DatabaseFailure.IsTransient(e))
        {
            // Figures of a moment ago would be a lie.
            (metrics.Fleet, metrics.Stacks) = (null, []);
            throw;
        }
    }
}
