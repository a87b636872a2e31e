using System.Diagnostics.Metrics;
using Brokkr.Broker.Telemetry;

namespace Brokkr.Broker.Health;

/// <summary>Counts health reports and what became of their items.</summary>
internal sealed class ReportMetrics
{
    private readonly Counter<long> _reports;
    private readonly Counter<long> _rows;

    public ReportMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(TelemetryModule.MeterName);
        _reports = meter.CreateCounter<long>("brokkr.health.reports", description: "Health reports that were taken.");
        _rows = meter.CreateCounter<long>("brokkr.health.report.rows", description: "Their items: changed, unchanged, or rejected.");
    }

    public void Reported(int changed, int unchanged, int rejected)
    {
        _reports.Add(1);
        Add("changed", changed);
        Add("unchanged", unchanged);
        Add("rejected", rejected);

        void Add(string outcome, int rows)
        {
            if (rows > 0)
                _rows.Add(rows, new KeyValuePair<string, object?>("outcome", outcome));
        }
    }
}
