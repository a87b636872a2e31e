using Brokkr.Broker.Fleet;

namespace Brokkr.Broker.Health;

/// <summary>A report whose agent is held, what was known of its session before, and what becomes of it.</summary>
internal sealed class HeldReport(Report report, SessionStateRow state)
{
    public Guid AgentId => report.AgentId;

    public IReadOnlyList<ReportRow> Rows => report.Rows;

    public ReportNumber Number { get; } = report.Number ?? ReportNumber.None;

    public SessionStateRow State => state;

    /// <summary>Whether there is no place for it: it changes nothing.</summary>
    public bool IsForgotten { get; } = report.Number is { Epoch: var epoch } && state.Forgets(epoch);

    /// <summary>What it confirms: nothing where it was overtaken, since that says nothing about now.</summary>
    public long Confirms { get; } = report.Number is { Confirms: { } through } number && number.Sequence > state.LastSequence ? through : 0;

    /// <summary>What is not missing. One that is repeated confirms nothing anew, and is answered as it was.</summary>
    public long Covers => Number is { Confirms: { } repeated } && Number.Sequence == state.LastSequence ? repeated : Confirms;

    public List<SavedRow> Saved { get; } = [];

    public List<Guid> Missing { get; } = [];

    public AgentChange? Noticed { get; set; }

    public ReportAnswer Answer => new(IsDone: true, IsForgotten ? null : new(Saved, Missing, Noticed));

    public int Written => Saved.Count(s => s.Changed);

    /// <summary>By how many the placements of a status became more; those without a report where it is null.</summary>
    public int More(string? status) =>
        Saved.Where(s => s.Changed).Sum(s => (s.Status == status ? 1 : 0) - (s.Former == status ? 1 : 0));
}
