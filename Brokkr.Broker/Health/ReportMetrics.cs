using System.Diagnostics.Metrics;
using Brokkr.Broker.Telemetry;

namespace Brokkr.Broker.Health;

/// <summary>Counts health reports and what became of their items.</summary>
internal sealed class ReportMetrics
{
    private readonly Counter<long> _reports;
    private readonly Counter<long> _rows;
    private readonly Counter<long> _skewed;
    private readonly Counter<long> _summarized;

    public ReportMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(TelemetryModule.MeterName);
        _reports = meter.CreateCounter<long>("brokkr.health.reports", description: "Health reports that were taken.");
        _rows = meter.CreateCounter<long>("brokkr.health.report.rows", description: "Their items: changed, unchanged, or rejected.");
        _skewed = meter.CreateCounter<long>(
            "brokkr.health.clock.skewed", description: "Reported times that lay more than a day ahead and were cut.");
        _summarized = meter.CreateCounter<long>(
            "brokkr.health.history.summarized",
            description: "Changes of a status without a row of their own, by the bound that was reached.");
        Skewed(0);
        Summarized(0, isOverBudget: false);
        Summarized(0, isOverBudget: true);
    }

    public void Summarized(int changes, bool isOverBudget) =>
        _summarized.Add(changes, new KeyValuePair<string, object?>("bound", isOverBudget ? "agent_day" : "object_hour"));

    public void Skewed(int times) => _skewed.Add(times);

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
