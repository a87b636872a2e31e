namespace Brokkr.Broker.Health;

/// <summary>What the database knows of an agent's sessions when a report arrives.</summary>
internal sealed class SessionStateRow
{
    public Guid AgentId { get; set; }

    /// <summary>The database's clock.</summary>
    public DateTimeOffset Now { get; set; }

    /// <summary>Whether there is a session of the report's epoch.</summary>
    public bool IsKnown { get; set; }

    /// <summary>The largest sequence of that session.</summary>
    public long LastSequence { get; set; }

    public long NewestEpoch { get; set; }

    /// <summary>Whether the agent's newest session is silent, or there is none.</summary>
    public bool IsSilent { get; set; }

    /// <summary>How many rows of history the agent has written today.</summary>
    public int HistoryRows { get; set; }

    /// <summary>Whether the report's session has spoken before since a newer one began: a former process, and it did not end.</summary>
    public bool IsTwin { get; set; }

    /// <summary>
    /// Whether reports of an epoch no longer find a place. That is so too for a process that lives on while a newer one took its place and
    /// fell silent: its reports would be older than what the newer one said, for ever.
    /// </summary>
    public bool Forgets(long epoch) => !IsKnown || (epoch < NewestEpoch && IsSilent);
}
