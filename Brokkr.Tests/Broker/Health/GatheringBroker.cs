using Brokkr.Broker.Health;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Tests.Broker.Health;

/// <summary>A broker of whose transactions a test may hold up as many as run at once, for as long as it takes.</summary>
public sealed class GatheringBroker : IAsyncLifetime
{
    private const int PatienceSeconds = 60;

    public BrokerFixture Broker { get; private set; } = null!;

    internal ReportQueue Queue => Broker.Services.GetRequiredService<ReportQueue>();

    public async Task InitializeAsync()
    {
        var database = await PostgresServer.CreateMigratedDatabaseAsync();
        Broker = await BrokerFixture.StartAsync(o => o.Database.ConnectionString = $"{database};Command Timeout={PatienceSeconds}");
        Queue.LongestWait = TimeSpan.FromSeconds(PatienceSeconds);
    }

    public Task DisposeAsync() => Broker.DisposeAsync();

    /// <summary>Agents of one stack with a session each, and the stack's deployment object.</summary>
    internal async Task<(string Object, ReportingAgent[] Agents)> GivenAgentsAsync(int count)
    {
        var stack = await Broker.GivenStackAsync();
        var id = await Broker.GivenObjectAsync(stack);
        var agents = new List<ReportingAgent>();
        for (var i = 0; i < count; i++)
            agents.Add(await GivenAgentAsync(stack));
        return (id, [.. agents]);
    }

    internal async Task<ReportingAgent> GivenAgentAsync(params string[] stacks)
    {
        var agent = await Broker.GivenAgentAsync(stacks);
        var session = await new Wire.AgentService.AgentServiceClient(Broker.Grpc)
            .StartSessionAsync(new() { AgentId = agent.Id }, BrokerFixture.As(agent.Pak));
        return new(agent.Id, agent.Pak, session.Epoch);
    }

    /// <summary>Reports one deployment object.</summary>
    internal Task<Wire.ReportHealthResponse> ReportAsync(
        ReportingAgent agent, long sequence, string id, Word status, BrokerFixture? through = null, CancellationToken ct = default) =>
        SendAsync(agent, new()
        {
            AgentId = agent.Id,
            Epoch = agent.Epoch,
            Sequence = sequence,
            DeploymentObjects = { new Wire.DeploymentObjectReport { Id = id, Status = status } },
        }, through, ct);

    /// <summary>Reports one deployment object and waits until the broker has the report and cannot begin to store it.</summary>
    internal async Task<Task<Wire.ReportHealthResponse>> QueueAsync(
        ReportingAgent agent, long sequence, string id, Word status, CancellationToken ct = default)
    {
        var before = Queue.Waiting;
        var answer = ReportAsync(agent, sequence, id, status, ct: ct);
        await WaitingAsync(before + 1);
        return answer;
    }

    internal Task WaitingAsync(int count) => Eventually.IsAsync($"{count} reports wait", () => Task.FromResult(Queue.Waiting == count));

    /// <summary>Keeps every transaction of reports from its end, and has as many of them running as may, so that what comes now waits.</summary>
    internal async Task<HeldTransaction> HoldUpAsync()
    {
        var agents = new List<ReportingAgent>();
        for (var i = 0; i < ReportQueue.BatchesAtOnce; i++)
            agents.Add(await GivenAgentAsync());
        var hold = await HoldAsync("LOCK TABLE agent_tallies IN SHARE MODE");
        foreach (var (i, agent) in agents.Index())
        {
            hold.HeldUp.Add(SendAsync(agent, new() { AgentId = agent.Id, Epoch = agent.Epoch, Sequence = 1 }));
            await LockedAsync("l.relation = 'agent_tallies'::regclass", i + 1);
        }

        return hold;
    }

    internal Task LockedAsync(string what, int count) => Eventually.IsAsync($"{count} wait for {what}", async () =>
        (long)(await Broker.SqlAsync($"""
            SELECT COUNT(*) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
             WHERE NOT l.granted AND a.datname = current_database() AND {what}
            """))! == count);

    /// <summary>Runs SQL in a transaction that stays open.</summary>
    internal async Task<HeldTransaction> HoldAsync(string sql)
    {
        var connection = await Broker.Database.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        await command.ExecuteNonQueryAsync();
        return new(connection, transaction);
    }

    internal async Task<Word> StatusOfAsync(ReportingAgent agent, string id)
    {
        var health = await new Wire.HealthService.HealthServiceClient(Broker.Grpc)
            .GetDeploymentObjectHealthAsync(new() { Id = id, AgentId = agent.Id }, BrokerFixture.As(Broker.AdminPak));
        return health.Status;
    }

    /// <summary>The changes on an agent, oldest first.</summary>
    internal async Task<IEnumerable<Word>> HistoryOfAsync(ReportingAgent agent, string id)
    {
        var history = await new Wire.HealthService.HealthServiceClient(Broker.Grpc)
            .ListHealthHistoryAsync(new() { Id = id, AgentId = agent.Id }, BrokerFixture.As(Broker.AdminPak));
        return history.Transitions.Reverse().Select(t => t.To);
    }

    private async Task<Wire.ReportHealthResponse> SendAsync(
        ReportingAgent agent, Wire.ReportHealthRequest report, BrokerFixture? through = null, CancellationToken ct = default) =>
        await new Wire.HealthService.HealthServiceClient((through ?? Broker).Grpc).ReportHealthAsync(report,
            BrokerFixture.As(agent.Pak).WithDeadline(DateTime.UtcNow.AddSeconds(PatienceSeconds)).WithCancellationToken(ct));
}

/// <summary>An agent with its key and session.</summary>
internal sealed record ReportingAgent(string Id, string Pak, long Epoch);

/// <summary>A transaction that holds others up until it is disposed.</summary>
internal sealed class HeldTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
{
    /// <summary>What was sent that it holds up.</summary>
    public List<Task> HeldUp { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
        await Task.WhenAll(HeldUp);
    }
}
