using System.Globalization;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Health;

/// <summary>
/// Stores what agents report: the verdict in <c>placements</c>, the document in <c>deployment_health</c>, changes in
/// <c>health_transitions</c>.
/// </summary>
internal sealed class ReportStore(Func<BrokerDb> openDb, Staleness staleness)
{
    /// <summary>How many missing deployment objects one answer names.</summary>
    private const int MissingLimit = 1000;

    private const string StateSql = $"""
        SELECT clock_timestamp() AS now, s.epoch IS NOT NULL AS is_known, COALESCE(s.last_sequence, 0) AS last_sequence, a.epoch AS
          newest_epoch,
               n.epoch IS NULL OR n.silent_at < clock_timestamp() AS is_silent,
               CASE WHEN a.history_day = {HistoryBounds.Today} THEN a.history_rows ELSE 0 END AS history_rows,
               COALESCE(s.epoch < a.epoch AND s.heard_at > n.started_at, FALSE) AS is_twin
          FROM agents a
          LEFT JOIN (
               SELECT agent_id, epoch, started_at, heard_at + {Staleness.Allowed} AS silent_at FROM agent_sessions) n ON n.agent_id = a.id
            AND n.epoch = a.epoch
          LEFT JOIN agent_sessions s ON s.agent_id = a.id AND s.epoch = @epoch
         WHERE a.id = @agentId
        """;

    /// <summary>Every sentence about order stands in <c>is_newer</c>; docs/api.md explains it.</summary>
    internal const string SaveSql = $"""
        WITH reports AS (
            SELECT r.id, r.status, r.summary, r.conditions, r.rolling_out, r.digest,
                   COALESCE(r.checked_at::timestamptz, @now::timestamptz) AS checked_at
              FROM unnest(@ids::uuid[], @statuses::text[], @summaries::text[], @conditions::text[], @rollouts::bool[], @digests::uuid[],
                          @times::text[]) AS r(id, status, summary, conditions, rolling_out, digest, checked_at)),
        permitted AS (
            SELECT r.*, p.status AS former, p.since AS former_since, p.targeted_at, p.digest AS former_digest, p.checked_at AS
              former_checked_at,
                   p.epoch, p.sequence, p.standing_sequence, p.confirmable,
                   p.received_at + {Staleness.Allowed} AS stale_at
              FROM reports r JOIN standing_placements p ON p.agent_id = @agentId AND p.deployment_object_id = r.id),
        judged AS (
            SELECT p.*, p.former IS NOT NULL AND p.stale_at < @now::timestamptz AS was_stale,
                   CASE WHEN @epoch::bigint > 0 THEN (@epoch::bigint, @sequence::bigint) > (p.epoch, p.standing_sequence)
                        WHEN p.former IS NULL THEN TRUE
                        WHEN p.epoch > 0 AND NOT @isSilent THEN FALSE
                        ELSE p.confirmable OR p.stale_at < @now::timestamptz OR p.checked_at >= p.former_checked_at
                             OR (p.former_checked_at > @now::timestamptz AND p.checked_at <= @now::timestamptz) END AS is_newer,
                   p.confirmable AND p.epoch = @epoch::bigint AND p.sequence <= @confirms::bigint AND p.stale_at >= @now::timestamptz
                     AND p.former_digest IS NOT DISTINCT FROM p.digest AS is_confirmed,
                   @epoch::bigint > 0 AND (p.epoch, p.standing_sequence) = (@epoch::bigint, @sequence::bigint)
                     AND p.former_digest IS NOT DISTINCT FROM p.digest AS is_repeated
              FROM permitted p),
        changes AS (
            SELECT j.*, CASE WHEN j.former IS NULL OR j.was_stale THEN 'unknown' ELSE j.former END AS visible,
                   CASE WHEN j.former IS NULL THEN j.targeted_at WHEN j.was_stale AND j.former <> 'unknown' THEN j.stale_at
                     ELSE j.former_since END
                     AS visible_since
              FROM judged j WHERE j.is_newer AND NOT j.is_confirmed),
        applied AS (
            UPDATE placements p
               SET status = c.status, conditions = string_to_array(c.conditions, chr(31)), rolling_out = c.rolling_out,
                   digest = c.digest, checked_at = c.checked_at, received_at = @now::timestamptz,
                   epoch = GREATEST(p.epoch, @epoch::bigint), sequence = CASE WHEN @epoch::bigint > 0 THEN @sequence::bigint
                     ELSE c.standing_sequence END,
                   confirmable = @epoch::bigint > 0, since = CASE WHEN c.visible = c.status THEN c.visible_since ELSE @now::timestamptz END
              FROM changes c WHERE p.agent_id = @agentId AND p.deployment_object_id = c.id
            RETURNING c.*),
        documents AS (
            INSERT INTO deployment_health (agent_id, deployment_object_id, status, summary, checked_at)
            SELECT @agentId, id, status, summary::jsonb, checked_at FROM applied
            ON CONFLICT (agent_id, deployment_object_id) DO UPDATE
               SET status = excluded.status, summary = excluded.summary, checked_at = excluded.checked_at),
        {HistoryBounds.WriteSql}
        SELECT r.id, j.id IS NOT NULL AND (a.id IS NOT NULL OR NOT j.is_newer OR j.is_confirmed) AS permitted,
               a.id IS NOT NULL AS changed,
               a.id IS NOT NULL OR COALESCE(j.is_newer AND j.is_confirmed, FALSE) OR COALESCE(j.is_repeated, FALSE) AS stored,
               @epoch::bigint = 0 AND COALESCE(j.epoch > 0, FALSE) AND NOT @isSilent AS session_active,
               COALESCE(s.changes, 0) AS summarized, COALESCE(s.is_over_budget, FALSE) AS is_over_budget
          FROM reports r LEFT JOIN judged j ON j.id = r.id LEFT JOIN applied a ON a.id = r.id LEFT JOIN surplus s ON s.id = r.id
        """;

    /// <summary>What went stale is not confirmed: its return is a change, and must be reported.</summary>
    private const string LapseSql = $"""
        UPDATE placements p SET received_at = s.received_at, checked_at = s.checked_at, sequence = s.standing_sequence, confirmable = FALSE
          FROM standing_placements s
         WHERE s.agent_id = @agentId AND s.epoch = @epoch AND s.confirmable AND s.sequence <= @confirms
           AND s.received_at + {Staleness.Allowed} < @now::timestamptz
           AND p.agent_id = s.agent_id AND p.deployment_object_id = s.deployment_object_id
        """;

    /// <summary>All that a report costs which confirms everything.</summary>
    private const string ConfirmSql = """
        UPDATE agent_sessions
           SET heard_at = @now::timestamptz, last_sequence = @sequence, confirmed_through = GREATEST(confirmed_through, @confirms),
               confirmed_sequence = @sequence, confirmed_at = @now::timestamptz, checked_at = COALESCE(@checkedAt::timestamptz,
                 @now::timestamptz)
         WHERE agent_id = @agentId AND epoch = @epoch
        """;

    private const string HeardSql = """
        UPDATE agent_sessions SET heard_at = @now::timestamptz, last_sequence = GREATEST(last_sequence, @sequence)
          WHERE agent_id = @agentId AND epoch = @epoch
        """;

    private const string MissingSql = $"""
        SELECT deployment_object_id FROM placements
         WHERE agent_id = @agentId
           AND (status IS NULL OR epoch < @epoch OR (epoch = @epoch AND sequence <> @sequence AND (NOT confirmable
             OR sequence > @confirms)))
           AND stack_id NOT IN {DeletedStackSql.Stacks}
         ORDER BY deployment_object_id LIMIT @limit
        """;

    /// <summary>
    /// Stores the reports that are placed on the agent and newer than what stands, and answers what became of each. The identifiers must be
    /// distinct. Null where the report's session is not known. Reports of one agent go one after another, on whichever broker, since each
    /// holds the agent's row.
    /// </summary>
    public async Task<ReportOutcome?> SaveAsync(Guid agentId, ReportNumber? number, IReadOnlyList<ReportRow> reports, CancellationToken ct)
    {
        await using var db = openDb();
        await using var transaction = await db.BeginTransactionAsync(ct);
        // The second statement has a snapshot, and a time, of after the wait for the agent's row.
        var states = await db.ListAfterAsync<SessionStateRow>(
            PlacementStore.HoldAgentSql, StateSql, new { agentId, epoch = number?.Epoch ?? 0, staleAfter = staleness.Seconds }, ct);
        if (states is not [var state])
            return new([.. reports.Select(r => new SavedRow { Id = r.Id })], [], null);
        if (number is not null && state.Forgets(number.Epoch))
            return null;

        // A confirmation that was overtaken says nothing about now.
        var confirms = number is { Confirms: { } through } && number.Sequence > state.LastSequence ? through : 0;
        var call = new Call(db, agentId, number ?? ReportNumber.None, confirms, state, staleness.Seconds, ct);
        var saved = reports.Count == 0 ? [] : await call.SaveAsync(reports);
        var lapsed = confirms > 0 && await call.LapseAsync();
        await call.NoteAsync(isChanged: lapsed || saved.Exists(s => s.Changed), isNumbered: number is not null);
        // One that is repeated confirms nothing anew, and is answered as it was.
        var covers = number is { Confirms: { } repeated } && number.Sequence == state.LastSequence ? repeated : confirms;
        var missing = number?.Confirms is null ? [] : await (call with { Confirms = covers }).MissingAsync();
        var twin = state.IsTwin
            ? await db.FindAsync<AgentChange>(SilenceStore.NoteTwoEpochs, new { agentId, by = Actor.Broker.Values }, ct)
            : null;
        await transaction.CommitAsync(ct);
        return new(saved, missing, twin);
    }

    /// <summary>One report within its transaction.</summary>
    private sealed record Call(
        BrokerDb Db, Guid AgentId, ReportNumber Number, long Confirms, SessionStateRow State, int StaleAfter, CancellationToken Ct)
    {
        private DateTime Now => State.Now.UtcDateTime;

        public Task<List<SavedRow>> SaveAsync(IReadOnlyList<ReportRow> reports) => Db.ListAsync<SavedRow>(SaveSql, new
        {
            agentId = AgentId,
            epoch = Number.Epoch,
            sequence = Number.Sequence,
            confirms = Confirms,
            now = Now,
            isSilent = State.IsSilent,
            historyRoom = HistoryBounds.RowsPerDay - State.HistoryRows,
            staleAfter = StaleAfter,
            ids = reports.Select(r => r.Id).ToArray(),
            statuses = reports.Select(r => r.Status.Text()).ToArray(),
            summaries = reports.Select(r => r.Summary).ToArray(),
            conditions = reports.Select(r => r.Conditions).ToArray(),
            rollouts = reports.Select(r => r.IsRollingOut).ToArray(),
            digests = reports.Select(r => r.Digest).ToArray(),
            times = reports.Select(r => Text(r.CheckedAt)).ToArray(),
        }, Ct);

        /// <summary>Takes what went stale out of what can be confirmed; false where there is nothing.</summary>
        public async Task<bool> LapseAsync() => await Db.RunAsync(LapseSql, Values(), Ct) > 0;

        /// <summary>
        /// Counts the agent's placements anew where they changed, and notes that the session was heard and what it confirms, in one trip.
        /// </summary>
        public async Task NoteAsync(bool isChanged, bool isNumbered)
        {
            string[] notes = [.. isChanged
                ? [PlacementStore.TallySql]
                : Array.Empty<string>(), .. isNumbered ? [Confirms > 0 ? ConfirmSql : HeardSql] : Array.Empty<string>()];
            if (notes.Length > 0)
                await Db.RunAsync(string.Join(";\n", notes), Values(), Ct);
        }

        /// <summary>What a confirmation left out.</summary>
        public Task<List<Guid>> MissingAsync() => Db.ListAsync<Guid>(MissingSql, Values(), Ct);

        private object Values() => new
        {
            agentId = AgentId,
            agents = new[] { AgentId },
            epoch = Number.Epoch,
            sequence = Number.Sequence,
            confirms = Confirms,
            now = Now,
            staleAfter = StaleAfter,
            checkedAt = Text(Number.CheckedAt),
            limit = MissingLimit,
        };

        private static string? Text(DateTimeOffset? time) => time?.ToString("O", CultureInfo.InvariantCulture);
    }
}
