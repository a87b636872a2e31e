using System.Globalization;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Storage;
using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Health;

/// <summary>Stores reports of agents that are held, each of another one, within their transaction.</summary>
internal sealed class ReportBatchStore(BrokerDb db, IReadOnlyList<HeldReport> reports, int staleAfter, CancellationToken ct)
{
    /// <summary>How many missing deployment objects one answer names.</summary>
    private const int MissingLimit = 1000;

    private readonly DateTime _now = reports.Max(r => r.State.Now).UtcDateTime;

    public async Task StoreAsync()
    {
        if (reports.Any(r => r.Rows.Count > 0))
            await SaveAsync();
        var lapsed = reports.Any(r => r.Number.Confirms is not null) ? await ConfirmAsync() : [];
        await NoteAsync(lapsed);
        foreach (var twin in reports.Where(r => r.State.IsTwin))
        {
            twin.Noticed = await db.FindAsync<AgentChange>(
                SilenceStore.NoteTwoEpochs, new { agentId = twin.AgentId, by = Actor.Broker.Values }, ct);
        }
    }

    private async Task SaveAsync()
    {
        var items = reports.SelectMany((r, i) => r.Rows.Select(row => (Report: i + 1, Row: row))).ToList();
        var saved = await db.ListAsync<SavedRow>(ReportSql.Save, new
        {
            now = _now,
            staleAfter,
            agents = Each(r => r.AgentId),
            epochs = Each(r => r.Number.Epoch),
            sequences = Each(r => r.Number.Sequence),
            confirms = Each(r => r.Confirms),
            silences = Each(r => r.State.IsSilent),
            rooms = Each(r => HistoryBounds.RowsPerDay - r.State.HistoryRows),
            reports = items.Select(i => i.Report).ToArray(),
            ids = items.Select(i => i.Row.Id).ToArray(),
            statuses = items.Select(i => i.Row.Status.Text()).ToArray(),
            summaries = items.Select(i => i.Row.Summary).ToArray(),
            conditions = items.Select(i => i.Row.Conditions).ToArray(),
            rollouts = items.Select(i => i.Row.IsRollingOut).ToArray(),
            digests = items.Select(i => i.Row.Digest).ToArray(),
            times = items.Select(i => Text(i.Row.CheckedAt)).ToArray(),
        }, ct);
        foreach (var row in saved)
            reports[row.Report - 1].Saved.Add(row);
        if (saved.FindAll(s => s.Summarized > 0) is { Count: > 0 } surplus)
            await SummarizeAsync(surplus);
    }

    private Task<int> SummarizeAsync(List<SavedRow> surplus) => db.RunAsync(HistoryBounds.SummarizeSql, new
    {
        agents = surplus.Select(s => reports[s.Report - 1].AgentId).ToArray(),
        ids = surplus.Select(s => s.Id).ToArray(),
        statuses = surplus.Select(s => s.SummarizedStatus).ToArray(),
        conditions = surplus.Select(s => s.SummarizedConditions).ToArray(),
        times = surplus.Select(s => s.SummarizedAt!.Value.UtcDateTime).ToArray(),
        changes = surplus.Select(s => s.Summarized).ToArray(),
    }, ct);

    /// <summary>Finds what confirmations left out, and answers the agents of which something can no longer be confirmed.</summary>
    private async Task<IReadOnlyList<Guid>> ConfirmAsync()
    {
        var confirming = reports.Where(r => r.Number.Confirms is not null).ToDictionary(r => r.AgentId);
        var (lapsed, missing) = await db.ListBothAsync<Guid, MissingRow>(ReportSql.Lapse, ReportSql.Missing, new
        {
            now = _now,
            staleAfter,
            agents = confirming.Keys.ToArray(),
            epochs = confirming.Values.Select(r => r.Number.Epoch).ToArray(),
            sequences = confirming.Values.Select(r => r.Number.Sequence).ToArray(),
            confirms = confirming.Values.Select(r => r.Confirms).ToArray(),
            covers = confirming.Values.Select(r => r.Covers).ToArray(),
            limit = MissingLimit,
        }, ct);
        foreach (var row in missing)
            confirming[row.AgentId].Missing.Add(row.Id);
        return [.. lapsed.Distinct()];
    }

    private async Task NoteAsync(IReadOnlyList<Guid> lapsed)
    {
        var uncounted = await db.ListAsync<Guid>(ReportSql.Note, new
        {
            now = _now,
            agents = Each(r => r.AgentId),
            epochs = Each(r => r.Number.Epoch),
            sequences = Each(r => r.Number.Sequence),
            confirms = Each(r => r.Confirms),
            times = Each(r => Text(r.Number.CheckedAt)),
            confirming = Each(r => r.Number.Confirms is not null),
            // Those of which all are counted anew anyway are no part of it.
            written = Each(r => lapsed.Contains(r.AgentId) ? 0 : r.Written),
            failing = Each(r => r.More(Word.Failing.Text())),
            degraded = Each(r => r.More(Word.Degraded.Text())),
            unknown = Each(r => r.More(Word.Unknown.Text())),
            healthy = Each(r => r.More(Word.Healthy.Text())),
            awaited = Each(r => r.More(null)),
        }, ct);
        if (uncounted.Count + lapsed.Count > 0)
            await db.TallyAsync([.. lapsed, .. uncounted], ct);
    }

    private T[] Each<T>(Func<HeldReport, T> of) => [.. reports.Select(of)];

    private static string? Text(DateTimeOffset? time) => time?.ToString("O", CultureInfo.InvariantCulture);
}
