namespace Brokkr.Agent.Broker;

/// <summary>What the agent knows of itself and the broker keeps with it. Thread-safe.</summary>
internal sealed class AgentFacts
{
    private volatile Wire.DeletionHeld? _held;
    private volatile IReadOnlyList<Wire.MissingRight>? _rights;

    /// <summary>How many objects the agent would delete and holds back.</summary>
    public int DeletionHeld => _held?.Count ?? 0;

    /// <summary>Whether there is anything to say yet: what is not known must not replace what the former process said.</summary>
    public bool AreKnown => _rights is not null || _held is not null;

    public void HoldDeletion(int count, long number) => _held = new() { Count = count, Number = number };

    public void ReleaseDeletion() => _held = null;

    public void Lack(IReadOnlyList<Wire.MissingRight> rights) => _rights = [.. rights.Take(Contracts.Limits.MissingRights)];

    public Wire.ReportAgentFactsRequest ToWire(string agentId) =>
        new() { AgentId = agentId, DeletionHeld = _held, MissingRights = { _rights ?? [] } };
}
