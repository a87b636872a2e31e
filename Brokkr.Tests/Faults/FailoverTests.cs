using System.Collections.Concurrent;
using Brokkr.Tests.Broker;
using Brokkr.Tests.Broker.Diagnostics;
using Brokkr.Tests.Broker.Storage;
using Brokkr.Tests.Processes;
using Xunit.Abstractions;

namespace Brokkr.Tests.Faults;

/// <summary>Two servers with synchronous replication, of which the primary dies while two brokers write.</summary>
[Collection("Faults")]
[Trait("Category", "Faults")]
public sealed class FailoverTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly ConcurrentBag<string> _stacks = [];
    private readonly ConcurrentBag<string> _cancelled = [];
    private readonly ConcurrentDictionary<string, int> _reported = [];
    private ReplicaPair _servers = null!;
    private int _numbers;

    public async Task InitializeAsync() => _servers = await ReplicaPair.StartAsync();

    public Task DisposeAsync() => _servers.DisposeAsync();

    [Fact]
    public async Task Nothing_that_was_acknowledged_is_lost_when_the_standby_takes_the_place_of_the_primary()
    {
        var database = await _servers.CreateDatabaseAsync();
        await _servers.CommitOnBothAsync();
        await using var broker = await BrokerFixture.StartAsync(o =>
        {
            o.Database.ConnectionString = ReplicaServer.To(database, _servers.First, _servers.Copy);
            o.Database.ReadConnectionString = o.Database.ConnectionString;
            o.Limits.PakRequestsPerSecond = 100_000;
        });
        await using var another = await broker.AnotherBrokerAsync();
        var (objectId, agent) = await broker.GivenTargetAsync();
        using var stop = new CancellationTokenSource();
        var working = Task.WhenAll(new[] { broker, another }.SelectMany(b => new[]
        {
            RepeatAsync(() => AddStackAsync(b, broker.AdminPak), stop.Token),
            RepeatAsync(() => AskAndWithdrawAsync(b, broker.AdminPak, objectId), stop.Token),
        }).Append(RepeatAsync(() => ReportAsync(broker, agent, objectId), stop.Token)));
        await MoreIsAcknowledgedAsync();

        await _servers.First.KillAsync();
        await Eventually.IsAsync("the brokers notice", async () => !await IsReadyAsync(broker) && !await IsReadyAsync(another));
        await _servers.Copy.SqlAsync("SELECT pg_promote()");
        var promoted = TimeProvider.System.GetTimestamp();
        await Eventually.IsAsync("the brokers are ready", async () => await IsReadyAsync(broker) && await IsReadyAsync(another));
        output.WriteLine($"ready {TimeProvider.System.GetElapsedTime(promoted).TotalSeconds:F1} s after the standby was promoted");
        await MoreIsAcknowledgedAsync();
        await stop.CancelAsync();
        await working;

        output.WriteLine($"{_stacks.Count} stacks, {_cancelled.Count} withdrawals and {_reported.Values.Sum()} reports were acknowledged");
        (await LostAsync("SELECT COUNT(*) FROM unnest($1::text[]) n WHERE NOT EXISTS (SELECT FROM stacks WHERE name = n)", _stacks)).Should().Be(0);
        (await LostAsync(
            "SELECT COUNT(*) FROM unnest($1::text[]) i WHERE NOT EXISTS (SELECT FROM diagnostic_requests WHERE id = i::uuid AND status = 'cancelled')",
            _cancelled)).Should().Be(0);
        (await _servers.Copy.SqlAsync("SELECT (summary->>'pods_total')::int FROM deployment_health", database)).Should()
            .BeOfType<int>().Which.Should().BeGreaterThanOrEqualTo(_reported[agent.Id]);

        async Task<long> LostAsync(string sql, IEnumerable<string> told) => (long)(await _servers.Copy.SqlAsync(sql, database, told.ToArray()))!;
    }

    [Fact]
    public async Task What_no_standby_has_is_not_acknowledged()
    {
        var database = await _servers.CreateDatabaseAsync();
        await _servers.CommitOnBothAsync();
        await using var broker = await BrokerFixture.StartAsync(o => o.Database.ConnectionString = $"{_servers.First.To(database)};Command Timeout=2");
        await AddStackAsync(broker, broker.AdminPak);
        _stacks.Should().ContainSingle();

        await _servers.Copy.SignalReceiverAsync("STOP");
        var (status, body) = await broker.RestAsync(HttpMethod.Post, "/api/v1/stacks", broker.AdminPak, """{"name":"shop"}""");
        await _servers.Copy.SignalReceiverAsync("CONT");

        status.Should().Be(503, body.ToJsonString());
        await Eventually.IsAsync("stacks are made again", async () =>
        {
            await AddStackAsync(broker, broker.AdminPak);
            return _stacks.Count == 2;
        });
    }

    /// <summary>So much as a failover may tear apart.</summary>
    private async Task MoreIsAcknowledgedAsync()
    {
        var (stacks, cancelled, reported) = (_stacks.Count, _cancelled.Count, _reported.Values.Sum());
        await Eventually.IsAsync("more is acknowledged of each kind",
            () => Task.FromResult(_stacks.Count >= stacks + 20 && _cancelled.Count >= cancelled + 20 && _reported.Values.Sum() >= reported + 20));
    }

    private async Task AddStackAsync(BrokerFixture broker, string pak)
    {
        var name = $"made-{Interlocked.Increment(ref _numbers)}";
        if ((await broker.RestAsync(HttpMethod.Post, "/api/v1/stacks", pak, $$"""{"name":"{{name}}"}""")).Status == 201)
            _stacks.Add(name);
    }

    private async Task AskAndWithdrawAsync(BrokerFixture broker, string pak, string objectId)
    {
        var (status, body) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{objectId}/diagnostics", pak);
        if (status != 202)
            return;
        var id = (string)body["request_id"]!;
        if ((await broker.RestAsync(HttpMethod.Post, $"/api/v1/diagnostics/{id}/cancel", pak)).Status == 200)
            _cancelled.Add(id);
    }

    /// <summary>One after the other, so that the last one that was acknowledged is the least that stands.</summary>
    private async Task ReportAsync(BrokerFixture broker, (string Id, string Pak) agent, string objectId)
    {
        var number = _reported.GetValueOrDefault(agent.Id) + 1;
        var (status, _) = await broker.RestAsync(HttpMethod.Patch, $"/api/v1/agents/{agent.Id}/health-status", agent.Pak,
            $$$"""{"deployment_objects":[{"id":"{{{objectId}}}","status":"healthy","summary":{"pods_ready":{{{number}}},"pods_total":{{{number}}}}}]}""");
        if (status == 200)
            _reported[agent.Id] = number;
    }

    private static async Task RepeatAsync(Func<Task> call, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await call();
            await Task.Delay(10, CancellationToken.None);
        }
    }

    private static async Task<bool> IsReadyAsync(BrokerFixture broker)
    {
        using var management = new HttpClient { BaseAddress = broker.Urls[2] };
        using var answer = await management.GetAsync("/readyz");
        return answer.IsSuccessStatusCode;
    }
}
