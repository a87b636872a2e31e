using System.Net.Http.Headers;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Storage;
using Brokkr.Contracts;
using Brokkr.Tests.Agent;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Brokkr.Tests.Broker.Auth;

/// <summary>An admin key that was made beforehand and lies in a file.</summary>
public sealed class BootstrapPakTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-bootstrap-").FullName;

    private string KeyFile => Path.Combine(_directory, "pak");

    [Fact]
    public async Task Brokers_that_start_together_and_again_know_the_key_of_the_file_once()
    {
        var pak = Given(Pak.Create(PakRole.Admin));
        var database = await PostgresServer.CreateDatabaseAsync();

        var brokers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => StartAsync(database)));
        await using var again = await StartAsync(database);

        foreach (var broker in brokers.Append(again))
        {
            (await StatusAsync(broker, pak.Reveal())).Should().Be(200);
            File.Exists(broker.Options.AdminPakFile).Should().BeFalse("no other key is made");
        }

        (await again.SqlAsync("SELECT string_agg(id || ' ' || role || ' ' || name, ',') FROM paks")).Should().Be($"{pak.Id} admin bootstrap");
        (await again.SqlAsync("SELECT COUNT(*) FROM audit_trail WHERE actor = 'broker' AND action = 'create_pak'")).Should().Be(1L);
        foreach (var broker in brokers)
            await broker.DisposeAsync();
    }

    [Fact]
    public async Task A_key_of_the_file_is_taken_beside_others_so_that_a_lost_one_locks_nobody_out()
    {
        var database = await PostgresServer.CreateDatabaseAsync();
        await using var first = await BrokerFixture.StartAsync(o => o.Database.ConnectionString = database);
        var pak = Given(Pak.Create(PakRole.Admin));

        await using var second = await StartAsync(database);

        (await StatusAsync(second, pak.Reveal())).Should().Be(200);
        (await StatusAsync(second, first.AdminPak)).Should().Be(200);
    }

    [Fact]
    public async Task A_revoked_key_stays_revoked_though_the_file_still_holds_it_and_its_days_are_over()
    {
        var database = await PostgresServer.CreateDatabaseAsync();
        await using var first = await BrokerFixture.StartAsync(o => o.Database.ConnectionString = database);
        var pak = Given(Pak.Create(PakRole.Admin));
        await using var second = await StartAsync(database);
        await second.SqlAsync($"UPDATE paks SET revoked_at = NOW() - INTERVAL '91 days' WHERE id = '{pak.Id}'");
        await second.Services.GetServices<IHostedService>().OfType<AuditSweeper>().Single().SweepAsync(CancellationToken.None);

        var log = new LogLines();
        await new AdminBootstrap(second.Services.GetRequiredService<AdminPakStore>(), second.Options.Auth, log.For<AdminBootstrap>())
            .EnsureAdminAsync(CancellationToken.None);
        await using var third = await StartAsync(database);

        (await StatusAsync(third, pak.Reveal())).Should().Be(401);
        log.All.Should().ContainSingle().Which.Text.Should().Contain(KeyFile).And.Contain("revoked").And.NotContain(pak.Reveal());
    }

    [Fact]
    public async Task Another_key_that_bears_a_known_identifier_changes_nothing()
    {
        var database = await PostgresServer.CreateDatabaseAsync();
        await using var first = await BrokerFixture.StartAsync(o => o.Database.ConnectionString = database);
        var pak = Given(Pak.Create(PakRole.Admin));
        await first.SqlAsync($"UPDATE paks SET id = '{pak.Id}'");

        await using var second = await StartAsync(database);

        (await StatusAsync(second, pak.Reveal())).Should().Be(401);
        (await second.SqlAsync("SELECT COUNT(*) FROM paks")).Should().Be(1L);
    }

    [Theory]
    [InlineData("empty", "")]
    [InlineData("no key", "hunter2hunter2")]
    [InlineData("a checksum that does not fit", "brokkr_adm_8Zp3k1QxW0_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_file_that_holds_no_admin_key_stops_the_start_without_being_shown(string because, string content)
    {
        File.WriteAllText(KeyFile, content);

        var refusal = (await FluentActions.Awaiting(() => StartAsync(null)).Should().ThrowAsync<StartException>(because)).Which.Message;

        refusal.Should().StartWith($"broker.bootstrap_pak_file names {KeyFile}, which must hold one admin PAK").And.Contain("--new-admin-pak");
        refusal.Should().NotContain("hunter2").And.NotContain("8Zp3k1QxW0");
    }

    [Theory]
    [InlineData(PakRole.Reader)]
    [InlineData(PakRole.Agent)]
    public async Task A_key_of_another_role_is_refused(PakRole role)
    {
        Given(Pak.Create(role));

        await FluentActions.Awaiting(() => StartAsync(null)).Should().ThrowAsync<StartException>().WithMessage("*must hold one admin PAK*");
    }

    [Fact]
    public async Task A_file_that_is_not_there_stops_the_start() =>
        await FluentActions.Awaiting(() => StartAsync(null)).Should().ThrowAsync<StartException>()
            .WithMessage($"broker.bootstrap_pak_file names {KeyFile}, which cannot be read: *");

    [Fact]
    public async Task The_broker_makes_such_a_key_without_a_database()
    {
        await using var broker = RunningProgram.Start("brokkr-broker", ["--new-admin-pak"]);

        (await broker.ExitCodeAsync()).Should().Be(0);

        Pak.TryParse(broker.Said.Trim(), out var pak).Should().BeTrue();
        pak!.Role.Should().Be(PakRole.Admin);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private Pak Given(Pak pak)
    {
        File.WriteAllText(KeyFile, pak.Reveal() + "\n");
        return pak;
    }

    private Task<BrokerFixture> StartAsync(string? database) => BrokerFixture.StartAsync(o =>
    {
        o.BootstrapPakFile = KeyFile;
        o.Database.ConnectionString = database ?? "";
    });

    private static async Task<int> StatusAsync(BrokerFixture broker, string pak)
    {
        using var request =
            new HttpRequestMessage(HttpMethod.Get, "/api/v1/paks") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", pak) } };
        using var response = await broker.Http.SendAsync(request);
        return (int)response.StatusCode;
    }
}
