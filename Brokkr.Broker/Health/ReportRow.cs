using LinqToDB.Mapping;

namespace Brokkr.Broker.Health;

/// <summary>One report as it is stored; <paramref name="CheckedAt"/> null stands for the database's clock.</summary>
/// <param name="Id">The deployment object.</param>
/// <param name="Status">The reported status.</param>
/// <param name="Summary">The document as JSON.</param>
/// <param name="Conditions">The conditions, with <see cref="ConditionSeparator"/> between them: cleaned text holds none.</param>
/// <param name="Digest">Tells whether status and summary are those of another report.</param>
/// <param name="CheckedAt">When the agent looked.</param>
internal sealed record ReportRow(Guid Id, string Status, string Summary, string Conditions, Guid Digest, DateTimeOffset? CheckedAt)
{
    public const char ConditionSeparator = '\u001f';
}

/// <summary>Where a report stands among those of its agent, and what it says about the ones before.</summary>
internal sealed record ReportNumber(long Epoch, long Sequence, long? Confirms, DateTimeOffset? CheckedAt)
{
    public static readonly ReportNumber None = new(0, 0, null, null);
}

/// <summary>What became of a report: of each item, and what a confirmation left out.</summary>
internal sealed record ReportOutcome(List<SavedRow> Saved, List<Guid> Missing)
{
    public static readonly ReportOutcome Nothing = new([], []);
}

/// <summary>What became of one report.</summary>
internal sealed class SavedRow
{
    [Column("id")]
    public Guid Id { get; set; }

    /// <summary>False where the object is unknown or not targeted at the agent.</summary>
    [Column("permitted")]
    public bool Permitted { get; set; }

    /// <summary>False, though permitted, where something newer stands already.</summary>
    [Column("stored")]
    public bool Stored { get; set; }

    /// <summary>Whether it was written: what says the same as before need not be.</summary>
    [Column("changed")]
    public bool Changed { get; set; }

    /// <summary>The report had no number, and a session of the agent reports.</summary>
    [Column("session_active")]
    public bool SessionActive { get; set; }

    /// <summary>Why it was not stored; null where it was.</summary>
    public string? Reason => this switch
    {
        { Permitted: false } => "not_found",
        { Stored: true } => null,
        { SessionActive: true } => "session_active",
        _ => "older_than_stored",
    };
}

/// <summary>What the database knows of an agent's sessions when a report arrives.</summary>
internal sealed class SessionStateRow
{
    /// <summary>The database's clock.</summary>
    [Column("now")]
    public DateTimeOffset Now { get; set; }

    /// <summary>Whether there is a session of the report's epoch.</summary>
    [Column("is_known")]
    public bool IsKnown { get; set; }

    /// <summary>The largest sequence of that session.</summary>
    [Column("last_sequence")]
    public long LastSequence { get; set; }

    [Column("newest_epoch")]
    public long NewestEpoch { get; set; }

    /// <summary>Whether the agent's newest session is silent, or there is none.</summary>
    [Column("is_silent")]
    public bool IsSilent { get; set; }

    /// <summary>
    /// Whether reports of an epoch no longer find a place. That is so too for a process that lives on while a newer one took its place and fell
    /// silent: its reports would be older than what the newer one said, for ever.
    /// </summary>
    public bool Forgets(long epoch) => !IsKnown || (epoch < NewestEpoch && IsSilent);
}

/// <summary>A deployment object of which the broker has no present report.</summary>
internal sealed class MissingRow
{
    [Column("id")]
    public Guid Id { get; set; }
}
