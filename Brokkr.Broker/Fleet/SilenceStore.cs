using Brokkr.Broker.Auth;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Fleet;

/// <summary>Notes in <c>agents</c> and in the audit trail that agents fell silent, returned, or are two at once: each time once.</summary>
internal sealed class SilenceStore(Func<BrokerDb> openDb, Staleness staleness)
{
    /// <summary>Needs the parameters <c>agentId</c> and <c>by</c>; answers nothing where it was told within the hour.</summary>
    public const string NoteTwoEpochs = $"""
        WITH a AS (
            UPDATE agents SET two_epochs_noted_at = NOW()
             WHERE id = @agentId AND (two_epochs_noted_at IS NULL OR two_epochs_noted_at < NOW() - INTERVAL '1 hour')
            RETURNING id, name),
             audit AS ({Actor.Audit}, '{AgentChange.TwoEpochs}', id::text, name FROM a)
        SELECT id, name, '{AgentChange.TwoEpochs}' AS what FROM a
        """;

    /// <summary>An agent that was never heard did not fall silent. What another broker holds is seen by the next look.</summary>
    private const string NoteChanges = $"""
        WITH seen AS (
            SELECT a.id, {Staleness.IsSilent} AS is_silent FROM agents a
             WHERE a.last_seen_at IS NOT NULL AND (a.silent_noted_at IS NULL) = {Staleness.IsSilent}
             ORDER BY a.id FOR NO KEY UPDATE SKIP LOCKED),
             a AS (
            UPDATE agents n SET silent_noted_at = CASE WHEN s.is_silent THEN NOW() END FROM seen s WHERE n.id = s.id
            RETURNING n.id, n.name, CASE WHEN s.is_silent THEN '{AgentChange.FellSilent}' ELSE '{AgentChange.Returned}' END AS what),
             audit AS ({Actor.Audit}, what, id::text, name FROM a)
        SELECT id, name, what FROM a
        """;

    /// <summary>Notes and answers which agents fell silent or returned since the last look, of whichever broker.</summary>
    public async Task<List<AgentChange>> NoteAsync(CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<AgentChange>(NoteChanges, new { staleAfter = staleness.Seconds, by = Actor.Broker.Values }, ct);
    }
}
