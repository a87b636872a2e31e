using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Brokkr.Tests.Broker.Diagnostics;

/// <summary>A reader of a request can wait until something becomes of it, on whichever broker that happens.</summary>
public sealed class HeldReadTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task A_read_is_held_until_the_status_is_another_one()
    {
        var (id, agent) = await GivenRequestAsync();
        var read = ReadAsync(broker, id, "?wait_seconds=50&known_status=pending");

        await broker.ClaimAsync(id, agent.Pak);
        (await read).Text("status").Should().Be("claimed");

        read = ReadAsync(broker, id, "?wait_seconds=50");
        await broker.SubmitAsync(id, agent.Pak);
        var finished = await read;
        finished.Text("status").Should().Be("completed");
        finished["result"].Should().NotBeNull();
        (await ReadAsync(broker, id, "?wait_seconds=50&known_status=completed")).Text("status").Should().Be("completed");
    }

    [Fact]
    public async Task A_read_is_answered_at_once_where_the_reader_knows_an_older_status()
    {
        var (id, agent) = await GivenRequestAsync();
        await broker.ClaimAsync(id, agent.Pak);
        var clock = Stopwatch.StartNew();

        (await ReadAsync(broker, id, "?wait_seconds=50&known_status=pending")).Text("status").Should().Be("claimed");

        clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(45));
    }

    [Fact]
    public async Task What_another_broker_does_ends_the_wait_and_so_does_time()
    {
        await using var another = await broker.AnotherBrokerAsync();
        var (id, agent) = await GivenRequestAsync();
        var read = ReadAsync(another, id, "?wait_seconds=50&known_status=pending");
        await broker.ClaimAsync(id, agent.Pak);
        (await read).Text("status").Should().Be("claimed");

        read = ReadAsync(another, id, "?wait_seconds=50&known_status=claimed");
        await broker.SetAsync(id, "lease_expires_at = NOW() - INTERVAL '1 second', expires_at = NOW() - INTERVAL '1 second'");
        (await read).Text("status").Should().Be("expired");
    }

    [Fact]
    public async Task Where_nothing_happens_the_answer_comes_when_the_time_is_over()
    {
        var (id, _) = await GivenRequestAsync();

        (await ReadAsync(broker, id, "?wait_seconds=1")).Text("status").Should().Be("pending");
    }

    [Theory]
    [InlineData("?wait_seconds=51", "wait_seconds")]
    [InlineData("?wait_seconds=-1", "wait_seconds")]
    [InlineData("?known_status=done", "known_status")]
    public async Task A_wrong_parameter_is_named(string query, string field)
    {
        var (id, _) = await GivenRequestAsync();

        var (status, body) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/diagnostics/{id}{query}", broker.AdminPak);

        (status, body.Text("message").Split(':')[0]).Should().Be((400, field));
    }

    private async Task<(string Id, (string Id, string Pak) Agent)> GivenRequestAsync()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        return (await broker.RequestAsync(objectId), agent);
    }

    private async Task<JsonNode> ReadAsync(BrokerFixture at, string id, string query)
    {
        var (status, body) = await at.RestAsync(HttpMethod.Get, $"/api/v1/diagnostics/{id}{query}", broker.AdminPak);
        status.Should().Be(200, body.ToJsonString());
        return body;
    }
}
