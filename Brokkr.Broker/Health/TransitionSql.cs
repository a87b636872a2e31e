using Brokkr.Broker.Fleet;

namespace Brokkr.Broker.Health;

/// <summary>
/// How changes of status are read, whoever asks. A verdict that is stale now has no row for that yet, the next report writes it: until
/// then it is drawn from the clock, without an identifier. So the identifier comes last in every order, and the row has the same place
/// once it is written.
/// </summary>
internal static class TransitionSql
{
    /// <summary>The columns of <c>health_transitions</c> that are read, as <see cref="Drawn"/> has them too.</summary>
    public const string Fields = "id, agent_id, deployment_object_id, from_status, to_status, conditions, at, changes";

    /// <summary>
    /// What is still kept of <c>health_transitions</c>: older rows stand there until their partition goes. Needs the parameter
    /// <c>historyDays</c>.
    /// </summary>
    public const string IsKept = "at > NOW() - @historyDays * INTERVAL '1 day'";

    /// <summary>The changes that are not written yet, of verdicts <c>v</c>; more conditions may follow. Needs the parameter of
    /// <see cref="Staleness"/>.</summary>
    public const string Drawn = $"""
        SELECT 0::bigint AS id, v.agent_id, v.deployment_object_id, v.reported AS from_status, 'unknown' AS to_status,
               ARRAY['{VerdictSql.Stale}'] AS conditions, v.since AS at, 1 AS changes
          FROM {VerdictSql.Verdicts} v WHERE v.word = '{VerdictSql.Stale}' AND v.reported <> 'unknown'
        """;

    /// <summary>
    /// What is answered of a change <c>t</c> on an agent <c>a</c>. A status that the contracts do not know costs its row alone.
    /// </summary>
    public const string Columns = $"""
        t.id, t.agent_id, a.name AS agent_name, t.deployment_object_id, t.conditions, t.at, t.changes,
        CASE WHEN t.from_status IN {VerdictSql.KnownWords} THEN t.from_status ELSE 'unknown' END AS from_status,
        CASE WHEN t.to_status IN {VerdictSql.KnownWords} THEN t.to_status ELSE 'unknown' END AS to_status
        """;

    public const string NewestFirst = "t.at DESC, t.agent_id DESC, t.deployment_object_id DESC, t.id DESC";
}
