using System.Globalization;
using Brokkr.Broker.Storage;
using Brokkr.Tests.Agent;
using Npgsql;

namespace Brokkr.Tests.Broker.Storage;

/// <summary>How partitions by time are made ahead and dropped.</summary>
public sealed class PartitionTests : IAsyncLifetime
{
    private readonly LogLines _said = new();
    private NpgsqlDataSource _database = null!;
    private DateTimeOffset _first;

    private Partitions Partitions => new(() => new(BrokerDb.OptionsFor(_database)), _said.For<Partitions>());

    public async Task InitializeAsync()
    {
        _database = NpgsqlDataSource.Create(await PostgresServer.CreateMigratedDatabaseAsync());
        var bounds = await RangesAsync("health_transitions");
        _first = bounds.Should().ContainSingle("a new database has the table of before, which is empty, and the default").Subject.Upper;
        _first.Should().BeAfter(DateTimeOffset.UtcNow.AddDays(27), "brokers of the version before have a month");
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Theory]
    [InlineData("health_transitions", 30, 7)]
    [InlineData("audit_trail", 90, 31)]
    [InlineData("audit_trail", 3_650, 366)]
    public async Task Two_periods_are_made_ahead_one_after_the_other_however_many_brokers_do_so(string table, int days, int longest)
    {
        for (var week = 0; week < 10; week++)
        {
            var now = _first.AddDays(7 * week);

            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => KeepAsync(table, days, now)));

            (await KeepAsync(table, days, now)).Should().Be(0);
            var ranges = await RangesAsync(table);
            ranges[^1].Upper.Should().BeAfter(now.AddDays(longest));
            ranges.Skip(1).Select(r => r.Lower).Should().Equal(ranges.SkipLast(1).Select(r => (DateTimeOffset?)r.Upper), "nothing is between them");
            ranges.Skip(1).Should().OnlyContain(r => r.Upper - r.Lower <= TimeSpan.FromDays(longest));
        }

        _said.All.Where(l => !l.Text.StartsWith("Dropped ", StringComparison.Ordinal)).Should().BeEmpty("nothing was in the way");
    }

    [Fact]
    public async Task Partitions_go_as_a_whole_once_all_of_their_time_is_over()
    {
        var at = _first.AddDays(3);
        await KeepAsync("audit_trail", 90, at);
        var (old, young) = (await NoteAsync(at), await NoteAsync(_first.AddMonths(1)));
        var made = await RangesAsync("audit_trail");

        await KeepAsync("audit_trail", 90, made[1].Upper.AddDays(89));
        (await IdsAsync()).Should().Equal(old, young);
        await KeepAsync("audit_trail", 90, made[1].Upper.AddDays(91));

        (await IdsAsync()).Should().Equal(young);
        (await RangesAsync("audit_trail")).Select(r => r.Name).Should().NotContain(made[0].Name).And.NotContain(made[1].Name).And.Contain(made[2].Name);
        _said.All.Select(l => l.Text).Should().Equal(made.Take(2).Select(m => $"Dropped {m.Name}, whose time was over"));
    }

    [Fact]
    public async Task What_no_partition_was_made_for_is_kept_and_moves_into_the_one_that_is_made()
    {
        var (early, late) = (await NoteAsync(_first.AddDays(1)), await NoteAsync(_first.AddDays(400)));
        (await IdsAsync("audit_trail_default")).Should().Equal(early, late);

        await KeepAsync("audit_trail", 90, _first.AddDays(-1));

        (await IdsAsync("audit_trail_default")).Should().Equal([late], "its time is not made yet");
        (await IdsAsync((await RangesAsync("audit_trail"))[1].Name)).Should().Equal(early);
        (await NoteAsync(_first.AddDays(2))).Should().Be(late + 1, "identifiers go on");
    }

    [Fact]
    public async Task What_is_in_no_partition_of_its_time_goes_row_by_row()
    {
        await NoteAsync(DateTimeOffset.UtcNow.AddDays(-91));
        var young = await NoteAsync(DateTimeOffset.UtcNow.AddDays(-89));

        (await Partitions.KeepAsync("audit_trail", 90, CancellationToken.None)).Should().Be(1);

        (await IdsAsync()).Should().Equal(young);
    }

    [Fact]
    public async Task A_read_is_noted_once_an_hour_in_every_partition_by_brokers_of_both_versions()
    {
        await KeepAsync("audit_trail", 90, _first);

        foreach (var at in new[] { DateTimeOffset.UtcNow, _first.AddDays(1), _first.AddDays(500) })
        {
            await NoteAsync(at, hour: 7);
            await NoteAsync(at.AddMinutes(1), hour: 7);
            await NoteAsync(at, hour: 8);
        }

        (await IdsAsync()).Should().HaveCount(6);
    }

    [Fact]
    public async Task What_others_hold_is_left_until_the_next_pass()
    {
        await KeepAsync("audit_trail", 90, _first);
        await using (var connection = await _database.OpenConnectionAsync())
        await using (var backup = await connection.BeginTransactionAsync())
        {
            await using var read = new NpgsqlCommand("SELECT COUNT(*) FROM audit_trail", connection, backup);
            await read.ExecuteScalarAsync();

            await KeepAsync("audit_trail", 90, _first.AddDays(100));

            (await RangesAsync("audit_trail")).Should().HaveCount(3);
            _said.All.Select(l => l.Text).Should().ContainSingle().Which.Should().StartWith("The partitions of audit_trail wait");
        }

        await KeepAsync("audit_trail", 90, _first.AddDays(100));

        (await RangesAsync("audit_trail"))[0].Lower.Should().NotBeNull("the first is dropped");
    }

    private Task<int> KeepAsync(string table, int days, DateTimeOffset now) => Partitions.KeepAsync(table, days, CancellationToken.None, now);

    /// <summary>Answers the identifier, or null where it was noted already.</summary>
    private async Task<long?> NoteAsync(DateTimeOffset at, int? hour = null)
    {
        await using var command = _database.CreateCommand($"""
            INSERT INTO audit_trail (at, actor, actor_pak_id, actor_role, address, action, object_id, object_name, read_hour)
            VALUES ('{at:O}', 'ann', 'a', 'reader', '', 'read_manifest', 'o', 'web', {hour?.ToString(CultureInfo.InvariantCulture) ?? "NULL"})
            ON CONFLICT DO NOTHING RETURNING id
            """);
        return (long?)await command.ExecuteScalarAsync();
    }

    private async Task<List<long?>> IdsAsync(string table = "audit_trail") =>
        [.. (await ListAsync($"SELECT id::text FROM {table} ORDER BY id")).Select(r => (long?)long.Parse(r, CultureInfo.InvariantCulture))];

    private async Task<List<(string Name, DateTimeOffset? Lower, DateTimeOffset Upper)>> RangesAsync(string table)
    {
        var bounds = await ListAsync($"""
            SELECT c.relname || '|' || pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
             WHERE i.inhparent = '{table}'::regclass AND c.relname <> '{table}_default'
            """);
        return [.. bounds.Select(b => b.Split('|', '(', ')')).Select(b => (b[0], At(b[2]), At(b[4])!.Value)).OrderBy(r => r.Item3)];

        static DateTimeOffset? At(string bound) =>
            bound == "MINVALUE" ? null : DateTimeOffset.Parse(bound.Trim('\''), CultureInfo.InvariantCulture).ToUniversalTime();
    }

    private async Task<List<string>> ListAsync(string sql)
    {
        var rows = new List<string>();
        await using var command = _database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        return rows;
    }
}
