using Brokkr.Broker.Alerts.Telemetry;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Alerts.Provisioning;

/// <summary>
/// Brings receivers and rules out of the configuration into the database when a broker starts, until all that they name is there.
/// </summary>
internal sealed class Provisioner(ProvisionStore store, Provision provision, DatabaseWatch database, ILogger<Provisioner> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private string _missing = "";
    private bool _hasBegun, _isDone;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        database.RunAsync(Interval, ApplyAsync, log, stoppingToken);

    internal async Task ApplyAsync(CancellationToken ct)
    {
        if (_isDone)
            return;
        var missing = await store.ApplyAsync(provision, isStart: !_hasBegun, ct);
        var said = string.Join(", ", missing);
        if (missing.Count > 0 && said != _missing)
            AlertLog.Unresolved(log, said);
        (_missing, _hasBegun, _isDone) = (said, true, missing.Count == 0);
    }
}
