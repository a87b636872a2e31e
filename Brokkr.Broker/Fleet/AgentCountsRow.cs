namespace Brokkr.Broker.Fleet;

/// <summary>How many agents have each state.</summary>
internal sealed class AgentCountsRow
{
    public int Reporting { get; set; }

    public int Silent { get; set; }

    public int Never { get; set; }

    public Wire.AgentCounts ToWire() => new() { Reporting = Reporting, Silent = Silent, Never = Never };
}
