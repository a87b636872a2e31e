using Brokkr.Broker.Storage;
using Brokkr.Tests.Agent;
using Npgsql;
using Xunit.Abstractions;

namespace Brokkr.Tests.Broker.Storage;

/// <summary>How tables that were filled before they had partitions become the first one, while brokers of the version before go on.</summary>
public sealed class PartitionUpgradeTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Before = "0035";

    private readonly LogLines _said = new();
    private NpgsqlDataSource _database = null!;

    public async Task InitializeAsync()
    {
        var database = new NpgsqlConnectionStringBuilder(await PostgresServer.CreateDatabaseAsync()) { CommandTimeout = 0, MaxAutoPrepare = 50 };
        _database = NpgsqlDataSource.Create(database);
        await MigrateAsync([.. Migration.All.Where(m => string.CompareOrdinal(m.Name, Before) < 0)]);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public Task Tables_become_partitions_under_load_without_being_copied_and_nothing_fails_or_is_lost() => UpgradeAsync(20_000);

    [Fact]
    [Trait("Category", "Faults")]
    public Task Five_million_rows_do_too() => UpgradeAsync(5_000_000);

    [Fact]
    public async Task No_row_is_looked_at_while_tables_are_locked()
    {
        await MigrateAsync([.. Migration.All.TakeWhile(m => !m.Name.StartsWith("0037", StringComparison.Ordinal))]);
        var said = new List<string>();
        await using var connection = await _database.OpenConnectionAsync();
        connection.Notice += (_, e) => said.Add(e.Notice.MessageText);
        await using var attach = new NpgsqlCommand(
            "SET client_min_messages = debug1; BEGIN; " + Migration.All.Single(m => m.Name.StartsWith("0037", StringComparison.Ordinal)).Sql
            + "; COMMIT; RESET client_min_messages", connection);

        await attach.ExecuteNonQueryAsync();

        foreach (var first in new[] { "health_transitions_first", "audit_events" })
            said.Should().Contain($"partition constraint for table \"{first}\" is implied by existing constraints");
        said.Should().NotContain(s => s.StartsWith("verifying table", StringComparison.Ordinal)).And
            .NotContain(s => s.StartsWith("rewriting table", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_database_that_was_filled_has_the_same_shape_as_a_new_one()
    {
        await FillAsync(100);
        await MigrateAsync(Migration.All);
        await using var fresh = NpgsqlDataSource.Create(await PostgresServer.CreateMigratedDatabaseAsync());

        var shape = await ShapeAsync(_database);

        shape.Should().Contain("health_transitions_first FOR VALUES FROM (MINVALUE)").And.Contain("audit_trail_default DEFAULT");
        shape.Should().Be(await ShapeAsync(fresh));
    }

    private async Task UpgradeAsync(int rows)
    {
        var (agents, objects) = await FillAsync(rows);
        var (files, sums) = (await AskAsync(Files("health_transitions", "audit_events")), await AskAsync(Sums(rows)));
        var load = new OlderBrokerLoad(_database, agents, objects);
        using var stop = new CancellationTokenSource();
        var running = load.RunAsync(stop.Token);
        await load.GoesOnAsync(running);
        var ordinarily = load.Longest;

        var began = TimeProvider.System.GetTimestamp();
        await MigrateAsync(Migration.All);
        output.WriteLine($"{rows} rows: upgraded in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F1} s; the longest statement of the brokers "
            + $"took {load.Longest.TotalSeconds:F2} s, and {ordinarily.TotalSeconds:F2} s before");
        await load.GoesOnAsync(running);
        var partitions = new Partitions(() => new(BrokerDb.OptionsFor(_database)), _said.For<Partitions>());
        await partitions.KeepAsync("health_transitions", 3_650, CancellationToken.None);
        await load.GoesOnAsync(running);
        await stop.CancelAsync();
        await running;

        (await AskAsync(Files("health_transitions_first", "audit_events"))).Should().Be(files, "what was there is a partition now, in the same files");
        (await AskAsync(Sums(rows))).Should().Be(sums, "what was there has its identifiers");
        (await AskAsync("SELECT COUNT(*)::text FROM health_transitions")).Should().Be($"{rows + load.Changes}");
        (await AskAsync("SELECT COUNT(*)::text FROM audit_trail WHERE action = 'create_stack'")).Should().Be($"{(rows / 10) + load.Acts}");
        (await AskAsync("SELECT COUNT(*)::text FROM audit_trail WHERE action = 'read_manifest'")).Should().Be($"{load.Reads}");
        (await AskAsync("SELECT COUNT(DISTINCT id) = COUNT(*) AND MIN(id) > 0 FROM health_transitions WHERE id > " + rows)).Should().Be("True");
        await AskAsync($"DELETE FROM agents WHERE id = '{agents[0]}'");
        (await AskAsync($"SELECT COUNT(*)::text FROM health_transitions WHERE agent_id = '{agents[0]}'")).Should().Be("0", "its history goes with it");
    }

    /// <summary>So many changes, and a tenth of that events.</summary>
    private async Task<(Guid[] Agents, Guid[] Objects)> FillAsync(int rows)
    {
        await AskAsync($"""
            INSERT INTO agents (name) SELECT 'agent-' || n FROM generate_series(1, 11) n;
            INSERT INTO stacks (name) VALUES ('stack');
            INSERT INTO deployment_objects (stack_id, name, revision, yaml) SELECT s.id, 'object-' || n, 1, 'a: b' FROM stacks s, generate_series(1, 8) n;
            SET session_replication_role = replica;
            INSERT INTO health_transitions (agent_id, deployment_object_id, from_status, to_status, conditions, at)
            SELECT agents[1 + n % 10], objects[1 + n % 7], 'healthy', 'failing', ARRAY['CrashLoopBackOff'],
                   NOW() - ({rows} - n) * INTERVAL '0.5 seconds'
              FROM (SELECT (SELECT array_agg(id ORDER BY name) FROM agents WHERE name <> 'agent-11') AS agents,
                           (SELECT array_agg(id ORDER BY name) FROM deployment_objects WHERE name <> 'object-8') AS objects) f, generate_series(1, {rows}) n;
            INSERT INTO audit_events (at, actor, actor_pak_id, actor_role, address, action, object_id, object_name)
            SELECT NOW() - ({rows / 10} - n) * INTERVAL '5 seconds', 'ann', 'key', 'admin', '::1', 'create_stack', n::text, 'web'
              FROM generate_series(1, {rows / 10}) n;
            RESET session_replication_role;
            ANALYZE
            """);
        return (await IdsAsync("agents WHERE name <> 'agent-11'", "agents WHERE name = 'agent-11'"),
            await IdsAsync("deployment_objects WHERE name <> 'object-8'", "deployment_objects WHERE name = 'object-8'"));
    }

    private async Task<Guid[]> IdsAsync(string those, string last) => [.. (await AskAsync(
        $"SELECT string_agg(id::text, ' ') FROM (SELECT id FROM (SELECT * FROM {those} ORDER BY name) f UNION ALL SELECT id FROM {last}) i"))
        .Split(' ').Select(Guid.Parse)];

    private static string Files(params string[] tables) =>
        $"SELECT string_agg(oid || ' ' || relfilenode, ', ' ORDER BY oid) FROM pg_class WHERE relname IN ('{string.Join("', '", tables)}')";

    /// <summary>Of the rows that were filled in.</summary>
    private static string Sums(int rows) => $"SELECT COUNT(*) || ' ' || SUM(id) || ' ' || MAX(id) FROM health_transitions WHERE id <= {rows}";

    private static async Task<string> ShapeAsync(NpgsqlDataSource database)
    {
        const string Sql = """
            WITH kept AS (SELECT t.relid AS id FROM unnest(ARRAY['health_transitions', 'audit_trail']) w, pg_partition_tree(w::regclass) t)
            SELECT string_agg(part, E'\n' ORDER BY part COLLATE "C") FROM (
                SELECT c.relname || ' ' || COALESCE(pg_get_expr(c.relpartbound, c.oid), pg_get_partkeydef(c.oid)) AS part
                  FROM kept JOIN pg_class c ON c.oid = kept.id
                UNION ALL SELECT id::regclass || ' ' || pg_get_constraintdef(c.oid) FROM kept JOIN pg_constraint c ON c.conrelid = id
                UNION ALL SELECT pg_get_indexdef(i.indexrelid) || ' ' || i.indisvalid FROM kept JOIN pg_index i ON i.indrelid = id
                UNION ALL SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || COALESCE(column_default, '')
                    || is_identity
                  FROM kept JOIN information_schema.columns ON table_name = id::regclass::text) parts
            """;
        await using var command = database.CreateCommand(Sql);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private Task MigrateAsync(IReadOnlyList<Migration> migrations) =>
        new Migrator(_database, TimeProvider.System, _said.For<Migrator>()).MigrateAsync(migrations, CancellationToken.None);

    private async Task<string> AskAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        return $"{await command.ExecuteScalarAsync()}";
    }
}
