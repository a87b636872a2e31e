using System.Collections.Concurrent;
using Brokkr.Tests.Broker;
using Grpc.Core;
using Grpc.Net.Client;
using Npgsql;
using Word = Brokkr.V1.DiagnosticStatus.Types.Word;

namespace Brokkr.Tests.Faults;

/// <summary>Operators, agents and their twins at work on several brokers, writing down what they are told.</summary>
internal sealed class FaultFleet(IReadOnlyList<FaultBroker> brokers, string adminPak, History history, int seed, TimeSpan lease)
{
    /// <summary>Processes with the same key, as where an agent is restarted or deployed twice: they compete for every request.</summary>
    private const int Twins = 3;

    private static readonly TimeSpan CallPatience = TimeSpan.FromSeconds(3);

    private readonly List<FaultAgent> _agents = [];
    private readonly List<string> _objects = [];
    private readonly ConcurrentDictionary<string, int> _reportNumbers = new();
    private readonly ConcurrentBag<Task> _asleep = [];
    private int _randoms;

    /// <summary>Off, every agent answers at once and nobody withdraws: so that what is open comes to its end.</summary>
    public bool IsUnruly { get; set; } = true;

    public async Task PrepareAsync(int agents, int objects)
    {
        using var channel = brokers[0].Connect();
        var (stacks, fleet) = (new Wire.StackService.StackServiceClient(channel), new Wire.AgentService.AgentServiceClient(channel));
        var stack = await stacks.CreateStackAsync(new() { Name = "shop" }, BrokerFixture.As(adminPak));
        for (var i = 0; i < objects; i++)
        {
            var submitted = await stacks.SubmitDeploymentObjectAsync(
                new() { StackId = stack.Id, Name = $"web-{i}", Yaml = "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}" },
                BrokerFixture.As(adminPak));
            _objects.Add(submitted.Id);
        }

        for (var i = 0; i < agents; i++)
        {
            var created = await fleet.CreateAgentAsync(new() { Name = $"edge-{i}" }, BrokerFixture.As(adminPak));
            await fleet.AddTargetAsync(new() { Id = created.Agent.Id, StackId = stack.Id }, BrokerFixture.As(adminPak));
            var session = await fleet.StartSessionAsync(new() { AgentId = created.Agent.Id }, BrokerFixture.As(created.Pak));
            _agents.Add(new(created.Agent.Id, created.Pak, session.Epoch));
        }
    }

    /// <summary>Works until told to stop. Operators and reports stop with <paramref name="operators"/>, which comes first.</summary>
    public async Task RunAsync(CancellationToken operators, CancellationToken agents)
    {
        await Task.WhenAll(
            [
                .. Enumerable.Range(0, 6).Select(_ => RepeatAsync(OperateAsync, operators)),
                .. _agents.SelectMany(a =>
                Enumerable.Range(0, Twins).Select(twin => RepeatAsync((channels, random) => ServeAsync(a, $"{a.Id[..4]}-{twin}", channels, random), agents))),
                .. _agents.Select(a => RepeatAsync((channels, random) => ReportAsync(a, channels, random), operators)),
            ]);
        await Task.WhenAll(_asleep);
        using var channel = brokers[0].Connect();
        // The last to arrive is an old one, which must change nothing.
        foreach (var agent in _agents)
            await SendReportAsync(agent, Older(_reportNumbers[agent.Id]), channel, new(seed));
    }

    /// <summary>What the database and the API say in the end.</summary>
    public static async Task<Dictionary<string, Ending>> EndingsAsync(string connectionString)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand("""
            SELECT q.id::text, q.status, q.attempt, (SELECT COUNT(*) FROM diagnostic_results r WHERE r.request_id = q.id),
                   (SELECT MIN(r.log_tails->'marker'->>0) FROM diagnostic_results r WHERE r.request_id = q.id)
              FROM diagnostic_requests q
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var endings = new Dictionary<string, Ending>();
        while (await reader.ReadAsync())
        {
            var status = Enum.Parse<Word>(reader.GetString(1), ignoreCase: true);
            endings[reader.GetString(0)] =
                new(reader.GetString(0), status, reader.GetInt32(2), reader.IsDBNull(4) ? null : reader.GetString(4), reader.GetInt64(3));
        }

        return endings;
    }

    private async Task RepeatAsync(Func<GrpcChannel[], Random, Task> pass, CancellationToken ct)
    {
        var random = new Random(seed + Interlocked.Increment(ref _randoms));
        GrpcChannel[] channels = [.. brokers.Select(b => b.Connect())];
        try
        {
            while (!ct.IsCancellationRequested)
            {
                try
                {
                    await pass(channels, random);
                }
                catch (RpcException e) when (e.StatusCode is not (StatusCode.Internal or StatusCode.Unauthenticated) || e.Status.DebugException is not null)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(50 + random.Next(100)), CancellationToken.None);
                }
            }
        }
        finally
        {
            foreach (var channel in channels)
                channel.Dispose();
        }
    }

    private async Task OperateAsync(GrpcChannel[] channels, Random random)
    {
        var client = new Wire.DiagnosticsService.DiagnosticsServiceClient(Any(channels, random));
        var made = await client.RequestDiagnosticsAsync(new() { Id = Any(_objects, random), AgentId = Any(_agents, random).Id }, As(adminPak));
        history.Requested.Add(made.RequestId);
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(60)));
        if (!IsUnruly || random.Next(100) >= 8)
            return;
        try
        {
            await new Wire.DiagnosticsService.DiagnosticsServiceClient(Any(channels, random))
                .CancelDiagnosticAsync(new() { RequestId = made.RequestId }, As(adminPak));
            history.Cancelled.Add(made.RequestId);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Aborted)
        {
            // It ended before.
        }
    }

    private async Task ServeAsync(FaultAgent agent, string holder, GrpcChannel[] channels, Random random)
    {
        var client = new Wire.DiagnosticsService.DiagnosticsServiceClient(Any(channels, random));
        var wait = random.Next(3);
        var polled = await client.PollDiagnosticsAsync(new() { AgentId = agent.Id, WaitSeconds = wait }, As(agent.Pak, TimeSpan.FromSeconds(wait)));
        foreach (var pending in polled.Requests.OrderBy(_ => random.Next()).Take(3))
        {
            var key = $"{holder}-{random.Next()}";
            var claim = await RetryAsync(channels, random, c => c.ClaimDiagnosticAsync(new() { RequestId = pending.Id, ClaimKey = key }, As(agent.Pak)));
            if (claim is null)
                continue;
            history.Claims.Add(new(pending.Id, claim.Attempt, claim.LeaseExpiresAt.ToDateTime(), key));
            var mood = IsUnruly ? random.Next(100) : 50;
            // An agent that sleeps through its lease answers too late; one that dies, never.
            if (mood < 25)
                _asleep.Add(AnswerLateAsync(agent, claim, lease * (1.05 + (random.NextDouble() * 0.7)), new(random.Next())));
            else if (mood >= 33)
                await AnswerAsync(agent, claim, channels, random, mood);
        }
    }

    private async Task AnswerLateAsync(FaultAgent agent, Wire.ClaimDiagnosticResponse claim, TimeSpan sleep, Random random)
    {
        await Task.Delay(sleep);
        GrpcChannel[] channels = [brokers[random.Next(brokers.Count)].Connect()];
        await AnswerAsync(agent, claim, channels, random, mood: 50);
        channels[0].Dispose();
    }

    private async Task AnswerAsync(FaultAgent agent, Wire.ClaimDiagnosticResponse claim, GrpcChannel[] channels, Random random, int mood)
    {
        var marker = mood < 40 ? null : $"{claim.RequestId}:{claim.Attempt}:{random.Next()}";
        var result = new Wire.SubmitResultRequest { RequestId = claim.RequestId, Attempt = claim.Attempt, Error = marker is null ? "cannot" : "" };
        if (marker is not null)
            result.LogTails["marker"] = new() { Values = { Google.Protobuf.WellKnownTypes.Value.ForString(marker) } };
        for (var copies = mood > 90 ? 2 : 1; copies > 0; copies--)
        {
            if (await RetryAsync(channels, random, c => c.SubmitResultAsync(result, As(agent.Pak))) is not null)
                history.Answers.Add(new(claim.RequestId, claim.Attempt, marker));
        }
    }

    /// <summary>Reports a rising number, and at times an old report again, as one that was held up on its way.</summary>
    private async Task ReportAsync(FaultAgent agent, GrpcChannel[] channels, Random random)
    {
        var number = _reportNumbers.AddOrUpdate(agent.Id, 1, (_, last) => last + 1);
        var answer = await SendReportAsync(agent, number, Any(channels, random), random);
        foreach (var id in _objects.Except(answer.Rejected.Select(r => r.Id)))
            history.Reported.AddOrUpdate((agent.Id, id), number, (_, before) => Math.Max(before, number));
        if (random.Next(4) == 0)
            await SendReportAsync(agent, Older(number), Any(channels, random), random);
        await Task.Delay(TimeSpan.FromMilliseconds(100 + random.Next(200)));
    }

    private async Task<Wire.ReportHealthResponse> SendReportAsync(FaultAgent agent, int number, GrpcChannel channel, Random random)
    {
        var report = new Wire.ReportHealthRequest { AgentId = agent.Id, Epoch = agent.Epoch, Sequence = number };
        report.DeploymentObjects.AddRange(_objects.OrderBy(_ => random.Next()).Select(id => new Wire.DeploymentObjectReport
        {
            Id = id,
            Status = Wire.HealthStatus.Types.Word.Healthy,
            Summary = new() { PodsReady = number, PodsTotal = number },
        }));
        return await new Wire.HealthService.HealthServiceClient(channel).ReportHealthAsync(report, As(agent.Pak));
    }

    private static int Older(int number) => Math.Max(1, number / 2);

    /// <summary>Repeats a call on whichever broker, as agents do; null where the broker says no.</summary>
    private static async Task<T?> RetryAsync<T>(GrpcChannel[] channels, Random random,
        Func<Wire.DiagnosticsService.DiagnosticsServiceClient, AsyncUnaryCall<T>> call)
        where T : class
    {
        for (var round = 0; round < 4; round++)
        {
            try
            {
                return await call(new(Any(channels, random)));
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Aborted or StatusCode.NotFound)
            {
                return null;
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled
                or StatusCode.Internal or StatusCode.ResourceExhausted)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50 + random.Next(100)));
            }
        }

        return null;
    }

    private static T Any<T>(IReadOnlyList<T> items, Random random) => items[random.Next(items.Count)];

    private static CallOptions As(string pak, TimeSpan extra = default) => BrokerFixture.As(pak).WithDeadline(DateTime.UtcNow + CallPatience + extra);
}

/// <summary>An agent with its key and the session under which its processes report.</summary>
internal sealed record FaultAgent(string Id, string Pak, long Epoch);
