using System.Diagnostics.Metrics;
using Brokkr.Broker.Telemetry;

namespace Brokkr.Broker.Fleet;

/// <summary>Tells the log, and counts, what became of agents. The audit trail has it from the statement that noticed it.</summary>
internal sealed class AgentChanges
{
    private readonly Counter<long> _changes;
    private readonly ILogger<AgentChanges> _log;

    public AgentChanges(IMeterFactory meters, ILogger<AgentChanges> log)
    {
        _log = log;
        _changes = meters.Create(TelemetryModule.MeterName).CreateCounter<long>(
            "brokkr.agents.changes", description: "Agents that fell silent, returned, or reported under two epochs in turn.");
        // A series is known before there is anything to count.
        foreach (var what in (string[])[AgentChange.FellSilent, AgentChange.Returned, AgentChange.TwoEpochs])
            Count(what, 0);
    }

    public void Tell(AgentChange change)
    {
        Count(change.What, 1);
        switch (change.What)
        {
            case AgentChange.FellSilent:
                FleetLog.FellSilent(_log, change.Name, change.Id);
                break;
            case AgentChange.Returned:
                FleetLog.Returned(_log, change.Name, change.Id);
                break;
            default:
                FleetLog.ReportsTwice(_log, change.Name, change.Id);
                break;
        }
    }

    private void Count(string what, int agents) => _changes.Add(agents, new KeyValuePair<string, object?>("what", what));
}
