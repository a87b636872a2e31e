using System.Diagnostics;
using System.Text.Json.Nodes;
using Brokkr.Broker.Diagnostics;
using Brokkr.Contracts;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace Brokkr.Tests.Broker.Diagnostics;

/// <summary>Polls that the broker holds until there is something to do.</summary>
public sealed class HeldPollTests(BrokerFixture broker, ITestOutputHelper output) : IClassFixture<BrokerFixture>
{
    private HeldPolls Held => broker.Services.GetRequiredService<HeldPolls>();

    [Fact]
    public async Task A_held_poll_answers_as_soon_as_a_request_exists_whichever_broker_it_was_made_on()
    {
        await using var second = await broker.AnotherBrokerAsync();
        var (objectId, agent) = await broker.GivenTargetAsync();
        var client = new Wire.DiagnosticsService.DiagnosticsServiceClient(second.Grpc);
        var times = new List<double>();
        for (var round = 0; round < 30; round++)
        {
            var poll = client.PollDiagnosticsAsync(new() { AgentId = agent.Id, WaitSeconds = 30 }, BrokerFixture.As(agent.Pak));
            await Eventually.IsAsync("the poll is held", () => Task.FromResult(second.Services.GetRequiredService<HeldPolls>().Count == 1));
            var began = TimeProvider.System.GetTimestamp();
            var id = await broker.RequestAsync(objectId);
            (await poll).Requests.Should().ContainSingle().Which.Id.Should().Be(id);
            await client.ClaimDiagnosticAsync(new() { RequestId = id }, BrokerFixture.As(agent.Pak));
            times.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            await broker.SubmitAsync(id, agent.Pak);
        }

        var (median, p95) = (times.Order().ElementAt(times.Count / 2), times.Order().ElementAt((int)(times.Count * 0.95)));
        output.WriteLine($"request to claim on the other broker: median {median:F1} ms, p95 {p95:F1} ms");
        // Other tests use the machine meanwhile: the median is what a broken notification, found by the look instead, would spoil.
        median.Should().BeLessThan(300);
    }

    [Fact]
    public async Task A_poll_with_nothing_to_say_is_answered_when_its_time_is_over()
    {
        var agent = await broker.GivenAgentAsync();
        var began = TimeProvider.System.GetTimestamp();

        var (status, body) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/agents/{agent.Id}/diagnostics/pending?wait_seconds=1", agent.Pak);

        status.Should().Be(200);
        body["requests"]!.AsArray().Should().BeEmpty();
        TimeProvider.System.GetElapsedTime(began).Should().BeGreaterThan(TimeSpan.FromMilliseconds(900));
    }

    [Theory]
    [InlineData("wait_seconds=51", "wait_seconds")]
    [InlineData("wait_seconds=-1", "wait_seconds")]
    [InlineData("wait_seconds=soon", "wait_seconds")]
    [InlineData("held=none", "held")]
    public async Task A_wrong_parameter_is_named(string query, string field)
    {
        var agent = await broker.GivenAgentAsync();

        var (status, body) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/agents/{agent.Id}/diagnostics/pending?{query}", agent.Pak);

        status.Should().Be(400);
        body.Text("message").Should().StartWith(field);
    }

    [Fact]
    public async Task A_held_poll_finds_a_lease_that_ran_out_though_nobody_says_so()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var id = await broker.RequestAsync(objectId);
        await broker.ClaimAsync(id, agent.Pak);
        var poll = PollAsync(agent, "wait_seconds=30");
        await HeldAsync(1);

        await broker.EndLeaseAsync(id);

        (await poll)["requests"]!.AsArray().Should().ContainSingle();
    }

    [Fact]
    public async Task An_agent_is_told_at_once_which_of_its_requests_it_may_drop()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var id = await broker.RequestAsync(objectId);
        await broker.ClaimAsync(id, agent.Pak);
        var poll = PollAsync(agent, $"wait_seconds=30&held={id}");
        await HeldAsync(1);

        await broker.CancelAsync(id);

        (await poll)["withdrawn"]!.AsArray().Select(w => w!.GetValue<string>()).Should().Equal(id);
    }

    [Fact]
    public async Task An_agent_may_have_few_polls_held_and_those_of_a_client_that_went_away_end()
    {
        var agent = await broker.GivenAgentAsync();
        using var gone = new CancellationTokenSource();
        var held = Enumerable.Range(0, HeldPolls.PerAgent).Select(_ => PollAsync(agent, "wait_seconds=50", gone.Token)).ToList();
        await HeldAsync(HeldPolls.PerAgent);

        var oneMore = await PollAsync(agent, "wait_seconds=50");
        await gone.CancelAsync();

        oneMore["requests"]!.AsArray().Should().BeEmpty("one more is answered at once");
        await HeldAsync(0);
        held.Should().OnlyContain(p => p.IsCompleted);
    }

    [Fact]
    public async Task Held_polls_keep_no_connection_to_the_database_and_ask_it_nothing()
    {
        const int agents = 15; // four polls each: three times the connections that the broker may open
        var clients = await Task.WhenAll(Enumerable.Range(0, agents).Select(_ => broker.GivenAgentAsync()));
        using var gone = new CancellationTokenSource();
        var held = clients.SelectMany(a => Enumerable.Range(0, HeldPolls.PerAgent).Select(_ => PollAsync(a, "wait_seconds=50", gone.Token))).ToList();
        await HeldAsync(agents * HeldPolls.PerAgent);
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(2));
            using var asked = new AskedStatements((string)(await broker.SqlAsync("SELECT current_database()::text"))!);

            await Task.Delay(TimeSpan.FromSeconds(5));

            asked.Count.Should().BeInRange(1, 20, "one look every other second serves all, and the listener asks whether its connection lives");
            Held.Count.Should().Be(agents * HeldPolls.PerAgent);
        }
        finally
        {
            await gone.CancelAsync();
            await HeldAsync(0);
        }
    }

    [Fact]
    public async Task A_key_that_was_revoked_gets_nothing_from_a_poll_that_it_holds()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        Pak.TryParse(agent.Pak, out var pak).Should().BeTrue();
        var poll = PollAsync(agent, "wait_seconds=4");
        await HeldAsync(1);
        (await broker.RestAsync(HttpMethod.Delete, $"/api/v1/paks/{pak!.Id}", broker.AdminPak)).Status.Should().Be(200);

        await broker.RequestAsync(objectId);

        (await poll)["requests"]!.AsArray().Should().BeEmpty();
    }

    [Fact]
    public async Task A_broker_that_stops_answers_its_held_polls()
    {
        await using var second = await broker.AnotherBrokerAsync();
        var agent = await broker.GivenAgentAsync();
        var poll = new Wire.DiagnosticsService.DiagnosticsServiceClient(second.Grpc)
            .PollDiagnosticsAsync(new() { AgentId = agent.Id, WaitSeconds = 50 }, BrokerFixture.As(agent.Pak));
        await Eventually.IsAsync("the poll is held", () => Task.FromResult(second.Services.GetRequiredService<HeldPolls>().Count == 1));
        var began = TimeProvider.System.GetTimestamp();

        await second.StopAsync();

        (await poll).Requests.Should().BeEmpty();
        TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_broker_whose_connections_are_ended_hears_of_requests_again()
    {
        await using var second = await broker.AnotherBrokerAsync();
        var (objectId, agent) = await broker.GivenTargetAsync();
        var poll = new Wire.DiagnosticsService.DiagnosticsServiceClient(second.Grpc)
            .PollDiagnosticsAsync(new() { AgentId = agent.Id, WaitSeconds = 50 }, BrokerFixture.As(agent.Pak));
        await Eventually.IsAsync("the poll is held", () => Task.FromResult(second.Services.GetRequiredService<HeldPolls>().Count == 1));
        var admin = new Npgsql.NpgsqlConnectionStringBuilder(broker.Options.Database.ConnectionString) { Pooling = false };
        await using (var connection = new Npgsql.NpgsqlConnection(admin.ConnectionString))
        {
            await connection.OpenAsync();
            await using var end = new Npgsql.NpgsqlCommand(
                "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", connection);
            ((long)(await end.ExecuteScalarAsync())!).Should().BePositive();
        }

        var began = TimeProvider.System.GetTimestamp();
        await Eventually.IsAsync("a request is taken", async () =>
            (await broker.RestAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{objectId}/diagnostics", broker.AdminPak)).Status == 202);

        (await poll).Requests.Should().ContainSingle();
        TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(TimeSpan.FromSeconds(10));
    }

    private Task HeldAsync(int count) => Eventually.IsAsync($"{count} polls are held", () => Task.FromResult(Held.Count == count));

    private async Task<JsonNode> PollAsync((string Id, string Pak) agent, string query, CancellationToken ct = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/agents/{agent.Id}/diagnostics/pending?{query}");
        request.Headers.Authorization = new("Bearer", agent.Pak);
        try
        {
            using var answer = await broker.Http.SendAsync(request, ct);
            return JsonNode.Parse(await answer.Content.ReadAsStringAsync(ct))!;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return new JsonObject();
        }
    }
}

/// <summary>Counts the statements that this process sends to one database.</summary>
internal sealed class AskedStatements : IDisposable
{
    private readonly ActivityListener _listener;
    private int _count;

    public AskedStatements(string database)
    {
        _listener = new()
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TagObjects.Any(t => Equals(t.Value, database)))
                    Interlocked.Increment(ref _count);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public int Count => _count;

    public void Dispose() => _listener.Dispose();
}
