using System.Text.Json.Nodes;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Storage;
using Brokkr.Contracts;
using Brokkr.Tests.Agent;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Brokkr.Tests.Broker.Auth;

/// <summary>Calls that were refused for their key leave a trace, and no flood of them a flood.</summary>
public sealed class RefusalTrailTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private readonly LogLines _log = new();
    private readonly FakeTimeProvider _clock = new();

    private RefusalTrail Trail => field ??= new(
        broker.Services.GetRequiredService<AuditStore>(), broker.Services.GetRequiredService<DatabaseWatch>(), _clock, _log.For<RefusalTrail>());

    [Fact]
    public async Task A_refused_key_is_an_event_with_its_identifier_and_where_it_came_from()
    {
        var unknown = Pak.Create(PakRole.Reader);
        (await broker.RestAsync(HttpMethod.Get, "/api/v1/stacks", unknown.Reveal())).Status.Should().Be(401);

        JsonNode? told = null;
        var text = "";
        await Eventually.IsAsync("the refusal is an event", async () =>
        {
            var (_, body) = await broker.RestAsync(HttpMethod.Get, "/api/v1/audit-events?action=refuse_key&page_size=500", broker.AdminPak);
            text = body.ToJsonString();
            return (told = body["audit_events"]!.AsArray().SingleOrDefault(e => (string)e!["object_id"]! == unknown.Id)) is not null;
        });
        ((string)told!["actor"]!, (string)told["address"]!, (string)told["object_id"]!, (string)told["object_name"]!).Should()
            .Be(("broker", "127.0.0.1", unknown.Id, "invalid"));
        text.Should().NotContain(unknown.Reveal());
    }

    [Fact]
    public void One_line_tells_of_a_source_in_a_minute_and_counts_the_rest()
    {
        for (var i = 0; i < 50; i++)
            Note("10.0.0.1", "0123456789");
        Note("10.0.0.2", "");
        _clock.Advance(TimeSpan.FromSeconds(61));
        Note("10.0.0.1", "0123456789");

        _log.All.Should().OnlyContain(l => l.Level == LogLevel.Warning);
        _log.All.Select(l => l.Text).Should().Equal(
            "Refused a call from 10.0.0.1: its key (0123456789) is invalid. 0 more were not told since the line before",
            "Refused a call from 10.0.0.2: its key (none) is invalid. 49 more were not told since the line before",
            "Refused a call from 10.0.0.1: its key (0123456789) is invalid. 0 more were not told since the line before");
    }

    [Fact]
    public async Task However_many_sources_there_are_a_hundred_are_told_of()
    {
        var before = await CountAsync();
        for (var i = 0; i < 5000; i++)
            Note($"10.1.{i / 250}.{i % 250}", "");
        for (var i = 0; i < 5000; i++)
            Note($"2001:db8::{i:x}", "");

        await Trail.WriteAsync(CancellationToken.None);

        _log.All.Should().HaveCount(100);
        ((long)(await CountAsync())! - (long)before!).Should().Be(100);
    }

    private void Note(string address, string key) => Trail.Note(new(Actor.Broker with { Address = address }, key, RefusalMetrics.Invalid));

    private Task<object?> CountAsync() => broker.SqlAsync("SELECT COUNT(*) FROM audit_trail WHERE action = 'refuse_key'");
}
