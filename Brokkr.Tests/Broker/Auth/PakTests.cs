using Brokkr.Broker.Auth;
using Brokkr.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Brokkr.Tests.Broker.Auth;

public sealed class PakTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_key_is_shown_once_and_listed_without_its_secret()
    {
        var end = $"{DateTime.UtcNow.Year + 2}-01-01T00:00:00Z";
        var (id, pak) = await broker.GivenPakAsync("reader", end);
        pak.Should().StartWith($"brokkr_ro_{id}_");
        (await StacksAsync(pak)).Should().Be(200);

        var (_, list) = await broker.RestAsync(HttpMethod.Get, "/api/v1/paks?page_size=500", broker.AdminPak);

        var listed = list["paks"]!.AsArray().Single(p => (string)p!["id"]! == id)!;
        (listed["role"]!.GetValue<string>(), listed["state"]!.GetValue<string>(), listed["created_by"]!.GetValue<string>(),
            listed["expires_at"]!.GetValue<string>())
            .Should().Be(("reader", "active", "bootstrap", end));
        listed["last_used_at"].Should().NotBeNull();
        list.ToJsonString().Should().NotContain(pak[^38..]).And.NotContain("hash");
    }

    [Theory]
    [InlineData("""{"name":"x","role":"agent"}""", "role")]
    [InlineData("""{"name":"x"}""", "role")]
    [InlineData("""{"name":"","role":"reader"}""", "name")]
    [InlineData("""{"name":"x","role":"reader","expires_at":"2020-01-01T00:00:00Z"}""", "expires_at")]
    [InlineData("""{"name":"x","role":"reader","expires_at":"2099-01-01T00:00:00Z"}""", "expires_at")]
    [InlineData("""{"name":"x","role":"reader","expires_at":"9999-12-31T23:59:59.9999999Z"}""", "expires_at")]
    public async Task A_key_that_cannot_be_is_refused_with_the_field(string json, string field)
    {
        var (status, body) = await broker.RestAsync(HttpMethod.Post, "/api/v1/paks", broker.AdminPak, json);

        (status, body["error"]!.GetValue<string>()).Should().Be((400, "invalid_argument"));
        body["message"]!.GetValue<string>().Should().StartWith(field);
    }

    [Fact]
    public async Task A_key_without_an_end_has_none_and_its_successor_neither()
    {
        var (id, pak) = await broker.GivenPakAsync("reader");

        var (_, rotated) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/paks/{id}/rotate", broker.AdminPak, """{"valid_old_for_minutes":5}""");

        (await StacksAsync(pak)).Should().Be(200);
        rotated["key"]!["expires_at"].Should().BeNull();
        var ends = "SELECT COUNT(*) FROM paks WHERE expires_at IS NULL AND id = ";
        (await broker.SqlAsync($"{ends}'{rotated["key"]!["id"]}'")).Should().Be(1L);
    }

    [Theory]
    [InlineData("infinity")]
    [InlineData("10000-01-01")]
    public async Task A_key_whose_end_no_calendar_has_is_listed_works_and_can_be_replaced(string end)
    {
        var (id, pak) = await broker.GivenPakAsync("reader");
        await broker.SqlAsync($"UPDATE paks SET expires_at = '{end}' WHERE id = '{id}'");

        (await broker.RestAsync(HttpMethod.Get, "/api/v1/paks?page_size=500", broker.AdminPak)).Status.Should().Be(200);
        (await broker.RestAsync(HttpMethod.Get, "/api/v1/stacks", pak)).Status.Should().Be(200);
        (await broker.RestAsync(HttpMethod.Post, $"/api/v1/paks/{id}/rotate", broker.AdminPak)).Status.Should().Be(201);
    }

    [Fact]
    public async Task Keys_are_listed_newest_first_page_by_page()
    {
        for (var i = 0; i < 3; i++)
            await broker.GivenPakAsync("reader");
        var (_, all) = await broker.RestAsync(HttpMethod.Get, "/api/v1/paks?page_size=500", broker.AdminPak);

        var (paged, token) = (new List<string>(), "");
        do
        {
            var (_, page) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/paks?page_size=2&page_token={token}", broker.AdminPak);
            paged.AddRange(page["paks"]!.AsArray().Select(p => (string)p!["id"]!));
            token = (string)page["next_page_token"]!;
        }
        while (token.Length > 0);

        paged.Should().Equal(all["paks"]!.AsArray().Select(p => (string)p!["id"]!));
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once_here_and_everywhere_within_five_seconds()
    {
        await using var second = await broker.AnotherBrokerAsync();
        var (id, pak) = await broker.GivenPakAsync("reader");
        (await StacksAsync(pak), await StacksAsync(pak, second.Http)).Should().Be((200, 200));

        (await broker.RestAsync(HttpMethod.Delete, $"/api/v1/paks/{id}", broker.AdminPak)).Status.Should().Be(200);
        var began = TimeProvider.System.GetTimestamp();

        (await StacksAsync(pak)).Should().Be(401);
        while (await StacksAsync(pak, second.Http) != 401)
        {
            TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(TimeSpan.FromSeconds(5));
            await Task.Delay(50);
        }

        (await broker.RestAsync(HttpMethod.Delete, $"/api/v1/paks/{id}", broker.AdminPak)).Status.Should().Be(200, "revoking is idempotent");
        (await broker.RestAsync(HttpMethod.Delete, "/api/v1/paks/0000000000", broker.AdminPak)).Status.Should().Be(404);
    }

    [Fact]
    public async Task A_key_ends_with_its_time_even_while_it_is_trusted()
    {
        var end = $"{DateTime.UtcNow.Year + 2}-01-01T00:00:00Z";
        var (id, pak) = await broker.GivenPakAsync("reader", end);
        await broker.SqlAsync($"UPDATE paks SET expires_at = NOW() + INTERVAL '2 seconds' WHERE id = '{id}'");
        (await StacksAsync(pak)).Should().Be(200);
        var began = TimeProvider.System.GetTimestamp();

        while (await StacksAsync(pak) != 401)
            await Task.Delay(50);

        TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(TimeSpan.FromSeconds(3.5), "the trust of four seconds must not outlive the key");
    }

    [Fact]
    public async Task A_rotated_key_and_its_successor_are_both_valid_for_the_overlap()
    {
        var (id, old) = await broker.GivenPakAsync("reader");

        var (status, body) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/paks/{id}/rotate", broker.AdminPak, """{"valid_old_for_minutes":5}""");

        status.Should().Be(201, body.ToJsonString());
        var successor = (string)body["pak"]!;
        (await StacksAsync(old), await StacksAsync(successor)).Should().Be((200, 200));
        DateTimeOffset.Parse((string)body["old_expires_at"]!, null).Should().BeCloseTo(DateTimeOffset.UtcNow.AddMinutes(5), TimeSpan.FromMinutes(1));
        (await broker.SqlAsync($"UPDATE paks SET expires_at = NOW() WHERE id = '{id}' RETURNING name"))!.Should().Be((string)body["key"]!["name"]!);
        await BecomesAsync(() => StacksAsync(old), 401);
        (await StacksAsync(successor)).Should().Be(200);
        (await broker.RestAsync(HttpMethod.Post, $"/api/v1/paks/{id}/rotate", broker.AdminPak)).Body["error"]!.GetValue<string>().Should()
            .Be("pak_not_in_force");
    }

    [Fact]
    public async Task An_agents_key_is_rotated_and_the_old_one_ends_at_once_where_that_is_asked_for()
    {
        var agent = await broker.GivenAgentAsync();

        var (status, body) =
            await broker.RestAsync(HttpMethod.Post, $"/api/v1/agents/{agent.Id}/rotate-pak", broker.AdminPak, """{"valid_old_for_minutes":0}""");

        status.Should().Be(201, body.ToJsonString());
        (await TargetStateAsync(agent.Id, (string)body["pak"]!)).Should().Be(200);
        await BecomesAsync(() => TargetStateAsync(agent.Id, agent.Pak), 401);
        (await broker.RestAsync(HttpMethod.Post, $"/api/v1/agents/{Guid.NewGuid()}/rotate-pak", broker.AdminPak)).Status.Should().Be(404);
        (await broker.RestAsync(HttpMethod.Post, $"/api/v1/agents/{agent.Id}/rotate-pak", broker.AdminPak, """{"valid_old_for_minutes":-1}""")).Status.Should()
            .Be(400);
    }

    [Fact]
    public async Task Without_a_word_about_it_the_old_key_stays_valid_for_an_hour()
    {
        var agent = await broker.GivenAgentAsync();

        var response = await new Wire.AgentService.AgentServiceClient(broker.Grpc)
            .RotateAgentPakAsync(new() { Id = agent.Id }, BrokerFixture.As(broker.AdminPak));

        response.OldExpiresAt.ToDateTimeOffset().Should().BeCloseTo(DateTimeOffset.UtcNow.AddMinutes(60), TimeSpan.FromMinutes(1));
        (await TargetStateAsync(agent.Id, agent.Pak), await TargetStateAsync(agent.Id, response.Pak)).Should().Be((200, 200));
    }

    [Fact]
    public async Task With_the_agent_goes_its_key()
    {
        var agent = await broker.GivenAgentAsync();
        (await TargetStateAsync(agent.Id, agent.Pak)).Should().Be(200);

        (await broker.RestAsync(HttpMethod.Delete, $"/api/v1/agents/{agent.Id}", broker.AdminPak)).Status.Should().Be(200);

        await BecomesAsync(() => TargetStateAsync(agent.Id, agent.Pak), 401);
    }

    [Fact]
    public async Task The_last_admin_key_cannot_be_revoked_whatever_races()
    {
        await using var alone = new BrokerFixture();
        await alone.InitializeAsync();
        var first = broker.AdminPak;
        Pak.TryParse(alone.AdminPak, out var admin).Should().BeTrue();

        var (status, refused) = await alone.RestAsync(HttpMethod.Delete, $"/api/v1/paks/{admin!.Id}", alone.AdminPak);
        (status, refused["error"]!.GetValue<string>()).Should().Be((409, "last_admin_pak"));

        var other = await alone.GivenPakAsync("admin");
        var answers = await Task.WhenAll(
            alone.RestAsync(HttpMethod.Delete, $"/api/v1/paks/{admin.Id}", other.Pak),
            alone.RestAsync(HttpMethod.Delete, $"/api/v1/paks/{other.Id}", alone.AdminPak));

        answers.Select(a => a.Status).Should().Contain(200);
        (await alone.SqlAsync("SELECT COUNT(*) FROM paks WHERE role = 'admin' AND revoked_at IS NULL")).Should().Be(1L);
        first.Should().NotBe(alone.AdminPak);
    }

    [Fact]
    public async Task A_mistyped_key_costs_no_query_and_a_flood_of_wrong_ones_few_and_shuts_nobody_out()
    {
        using var queries = new QueryCount(broker);
        var mistyped = Pak.Create(PakRole.Admin).Reveal()[..^1] + "!";
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => StacksAsync(mistyped)));
        queries.On("paks").Should().Be(0);

        var agent = await broker.GivenAgentAsync();
        var before = queries.On("FROM paks");
        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => StacksAsync(Pak.Create(PakRole.Admin).Reveal())));

        answers.Should().OnlyContain(s => s == 401 || s == 429);
        (queries.On("FROM paks") - before).Should().BeInRange(1, 400);
        (await TargetStateAsync(agent.Id, agent.Pak)).Should().Be(200, "a key that was never used before is let in from the address that floods");
    }

    [Fact]
    public async Task However_many_keys_are_in_use_none_of_them_is_forgotten()
    {
        await using var alone = await BrokerFixture.StartAsync(_ => { });
        var paks = alone.Services.GetRequiredService<ActivePakStore>();
        var verifier = new PakVerifier(paks, new(paks, TimeProvider.System), alone.Services.GetRequiredService<PakUses>(),
            new FakeTimeProvider(), remembered: 2);
        var keys = new List<string>();
        for (var i = 0; i < 5; i++)
            keys.Add((await alone.GivenAgentAsync()).Pak);
        foreach (var key in keys)
            (await verifier.VerifyAsync(key, CancellationToken.None)).Should().NotBeNull();

        using var queries = new QueryCount(alone);
        foreach (var key in keys)
            (await verifier.VerifyAsync(key, CancellationToken.None)).Should().NotBeNull();

        queries.On("paks").Should().Be(0);
    }

    private async Task<int> StacksAsync(string pak, HttpClient? http = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/stacks?page_size=1") { Headers = { Authorization = new("Bearer", pak) } };
        using var response = await (http ?? broker.Http).SendAsync(request);
        return (int)response.StatusCode;
    }

    private async Task<int> TargetStateAsync(string agentId, string pak) =>
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/agents/{agentId}/target-state", pak)).Status;

    private static async Task BecomesAsync(Func<Task<int>> status, int wanted)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (await status() is var actual && actual != wanted)
        {
            TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(Patience, $"it answers {actual}");
            await Task.Delay(50);
        }
    }
}
