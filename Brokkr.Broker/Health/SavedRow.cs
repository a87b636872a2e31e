namespace Brokkr.Broker.Health;

/// <summary>What became of one report.</summary>
internal sealed class SavedRow
{
    /// <summary>The place of its report among those that were stored with it, beginning with 1.</summary>
    public int Report { get; set; }

    public Guid Id { get; set; }

    /// <summary>False where the object is unknown or not targeted at the agent.</summary>
    public bool Permitted { get; set; }

    /// <summary>False, though permitted, where something newer stands already.</summary>
    public bool Stored { get; set; }

    /// <summary>Whether it was written: what says the same as before need not be.</summary>
    public bool Changed { get; set; }

    /// <summary>What was written; null where nothing was.</summary>
    public string? Status { get; set; }

    /// <summary>What stood there before; null where nothing was reported before, or nothing written now.</summary>
    public string? Former { get; set; }

    /// <summary>The report had no number, and a session of the agent reports.</summary>
    public bool SessionActive { get; set; }

    /// <summary>How many changes of its status got no row of the history for themselves.</summary>
    public int Summarized { get; set; }

    /// <summary>Whether that is so because the agent has written all rows of a day.</summary>
    public bool IsOverBudget { get; set; }

    /// <summary>The last of these changes: its status, ...</summary>
    public string? SummarizedStatus { get; set; }

    /// <summary>... its conditions, with the unit separator (U+001F) between them, ...</summary>
    public string? SummarizedConditions { get; set; }

    /// <summary>... and when it was.</summary>
    public DateTimeOffset? SummarizedAt { get; set; }

    /// <summary>Why it was not stored; null where it was.</summary>
    public string? Reason => this switch
    {
        { Permitted: false } => "not_found",
        { Stored: true } => null,
        { SessionActive: true } => "session_active",
        _ => "older_than_stored",
    };
}
