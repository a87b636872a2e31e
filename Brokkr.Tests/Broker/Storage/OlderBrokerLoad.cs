using System.Collections.Concurrent;
using Npgsql;

namespace Brokkr.Tests.Broker.Storage;

/// <summary>
/// What brokers of the version before history and audit had partitions do to these tables, over and over, by the statements of that version.
/// </summary>
internal sealed class OlderBrokerLoad(NpgsqlDataSource database, Guid[] agents, Guid[] objects)
{
    private const string Hold = "SELECT COUNT(*) FROM (SELECT id FROM agents WHERE id = $1 ORDER BY id FOR NO KEY UPDATE) held";

    private const string Add = """
        WITH written AS (
            INSERT INTO health_transitions (agent_id, deployment_object_id, from_status, to_status, conditions, at)
            SELECT $1, $2, 'healthy', 'failing', ARRAY['CrashLoopBackOff'], NOW() RETURNING agent_id)
        SELECT COUNT(*) FROM written
        """;

    private const string Summarize = """
        UPDATE health_transitions h SET to_status = 'degraded', at = NOW(), changes = LEAST(h.changes::bigint + 1, 2147483647)
         WHERE h.id = (SELECT l.id FROM health_transitions l WHERE l.agent_id = $1 AND l.deployment_object_id = $2
                        ORDER BY l.at DESC, l.id DESC LIMIT 1)
        """;

    private const string Remove = """
        WITH objects AS (SELECT id FROM deployment_objects WHERE id = $2)
        DELETE FROM health_transitions h USING objects d WHERE h.agent_id = $1 AND h.deployment_object_id = d.id
        """;

    private const string SweepHistory = """
        DELETE FROM health_transitions WHERE id IN (
            SELECT id FROM health_transitions WHERE at < NOW() - INTERVAL '4000 days' ORDER BY at LIMIT 5000 FOR UPDATE SKIP LOCKED)
        """;

    private const string Columns = "INSERT INTO audit_events (actor_pak_id, actor, actor_role, address, action, object_id, object_name";

    private const string Act = $"{Columns}) SELECT 'key', 'ann', 'admin', '::1', 'create_stack', $1, 'web'";

    private const string NoteRead = $"""
        {Columns}, related_id, read_hour) SELECT 'key', 'ann', 'admin', '::1', 'read_manifest', $1, 'web', '', hour
          FROM (SELECT FLOOR(EXTRACT(EPOCH FROM NOW()) / 3600)::bigint AS hour) present
         WHERE NOT EXISTS (
            SELECT FROM audit_events r WHERE r.actor_pak_id = 'key' AND r.action = 'read_manifest' AND r.object_id = $1
               AND r.related_id = '' AND r.read_hour = hour)
        ON CONFLICT (actor_pak_id, action, object_id, related_id, read_hour) WHERE read_hour IS NOT NULL DO NOTHING
        """;

    private const string ListChanges = """
        SELECT COUNT(*) FROM (SELECT id FROM health_transitions t WHERE t.agent_id = $1
         ORDER BY t.at DESC, t.agent_id DESC, t.deployment_object_id DESC, t.id DESC LIMIT 50) newest
        """;

    private const string ListEvents = """
        SELECT COUNT(*) FROM (SELECT id, at, actor, object_id FROM audit_events
         WHERE id < 9223372036854775807 AND ($1 = '' OR actor = $1 OR actor_pak_id = $1) ORDER BY id DESC LIMIT 50) newest
        """;

    private const string Wrote = """
        SELECT COUNT(*) FROM (SELECT EXISTS (SELECT FROM audit_events
         WHERE at > NOW() - 60 * INTERVAL '1 second' AND actor_pak_id = $1 AND read_hour IS NULL) AS wrote) one WHERE wrote
        """;

    private readonly ConcurrentDictionary<string, int> _done = [];
    private readonly Lock _gate = new();

    /// <summary>How many changes stand that were acknowledged.</summary>
    public int Changes => _done.GetValueOrDefault(Add);

    public int Acts => _done.GetValueOrDefault(Act);

    /// <summary>What was read by callers, an object each; each was noted twice.</summary>
    public int Reads => _done.GetValueOrDefault(NoteRead) / 2;

    /// <summary>The longest that one of the statements took.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>Until it is stopped; fails where a statement does, or does not do what it should.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(
        RepeatAsync(n => RunAsync(Add, 1, agents[n % 10], objects[n % 7]), stop),
        RepeatAsync(n => RunAsync(Add, 1, agents[n % 10], objects[n % 7]), stop),
        RepeatAsync(n => RunAsync(Summarize, 1, agents[n % 10], objects[n % 7]), stop),
        RepeatAsync(async _ =>
        {
            await RunAsync(Add, 1, agents[10], objects[7]);
            await RunAsync(Remove, 1, agents[10], objects[7]);
            _done.AddOrUpdate(Add, 0, (_, n) => n - 1);
        }, stop),
        RepeatAsync(_ => RunAsync(SweepHistory, 0), stop),
        RepeatAsync(n => RunAsync(Act, 1, $"{n}"), stop),
        RepeatAsync(async n =>
        {
            await RunAsync(NoteRead, 1, $"{n}");
            await RunAsync(NoteRead, 0, $"{n}");
        }, stop),
        RepeatAsync(n => RunAsync(ListChanges, 50, agents[n % 10]), stop),
        RepeatAsync(_ => RunAsync(ListEvents, 50, "ann"), stop),
        RepeatAsync(_ => RunAsync(Wrote, 1, "key"), stop));

    /// <summary>Waits until each of the statements was done some times more.</summary>
    public async Task GoesOnAsync(Task running)
    {
        var before = _done.ToDictionary();
        await Processes.Eventually.IsAsync("each statement is done", async () =>
        {
            if (running.IsFaulted)
                await running;
            return _done.Count == 9 && _done.All(d => d.Value > before.GetValueOrDefault(d.Key) + 5 || (d.Key == Add && d.Value > 5));
        });
    }

    private static Task RepeatAsync(Func<int, Task> work, CancellationToken stop) => Task.Run(async () =>
    {
        for (var n = 0; !stop.IsCancellationRequested; n++)
        {
            await work(n);
            // They have other things to do as well.
            await Task.Delay(5, CancellationToken.None);
        }
    }, CancellationToken.None);

    private async Task RunAsync(string sql, long expected, params object[] parameters)
    {
        var began = TimeProvider.System.GetTimestamp();
        var rows = await DoAsync(sql, parameters);
        var took = TimeProvider.System.GetElapsedTime(began);
        lock (_gate)
            Longest = took > Longest ? took : Longest;
        rows.Should().Be(expected, sql);
        _done.AddOrUpdate(sql, 1, (_, n) => n + 1);
    }

    /// <summary>As brokers do, a transaction that met another is run again.</summary>
    private async Task<long> DoAsync(string sql, object[] parameters)
    {
        while (true)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync();
                await using var transaction = await connection.BeginTransactionAsync();
                if (sql is Add or Summarize or Remove)
                    await ExecuteAsync(connection, Hold, [parameters[0]]);
                var rows = await ExecuteAsync(connection, sql, parameters);
                await transaction.CommitAsync();
                return rows;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected)
            {
                // Again.
            }
        }
    }

    /// <summary>Answers how many rows were written, or the number that was asked for.</summary>
    private static async Task<long> ExecuteAsync(NpgsqlConnection connection, string sql, object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
            command.Parameters.Add(new() { Value = parameter });
        return sql.StartsWith("SELECT", StringComparison.Ordinal) || sql == Add
            ? (long)(await command.ExecuteScalarAsync())!
            : await command.ExecuteNonQueryAsync();
    }
}
