using Brokkr.Broker.Health;
using Microsoft.Extensions.DependencyInjection;
using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Tests.Broker.Health;

/// <summary>Reports, reads and changes of the fleet at once, through two brokers on one database. Each failure names its seed.</summary>
public sealed class SeveralBrokersTests(BrokerFixture broker) : IClassFixture<BrokerFixture>, IAsyncLifetime
{
    private static readonly Word[] Words = [Word.Healthy, Word.Degraded, Word.Failing, Word.Unknown];

    private BrokerFixture _second = null!;

    public async Task InitializeAsync() => _second = await broker.AnotherBrokerAsync();

    public Task DisposeAsync() => _second.DisposeAsync();

    [Fact]
    public async Task One_broker_counts_the_fleet_and_the_others_take_what_it_found_a_moment_ago()
    {
        var (one, other) = (broker.Services.GetRequiredService<FleetStore>(), _second.Services.GetRequiredService<FleetStore>());
        var (me, you) = (Guid.NewGuid(), Guid.NewGuid());
        await broker.SqlAsync("UPDATE fleet_samples SET sampled_at = '-infinity'");
        var before = (await one.SampleAsync(me, CancellationToken.None)).Fleet.Agents;
        await broker.SqlAsync($"UPDATE fleet_samples SET sampled_by = '{me}', sampled_at = NOW() + INTERVAL '1 day'");
        await broker.GivenAgentAsync();

        (await other.SampleAsync(you, CancellationToken.None)).Fleet.Agents.Should().Be(before);
        (await one.SampleAsync(me, CancellationToken.None)).Fleet.Agents.Should().Be(before + 1, "its own figures are not news");

        await broker.GivenAgentAsync();
        await broker.SqlAsync("UPDATE fleet_samples SET sampled_at = NOW() - INTERVAL '13 seconds'");
        (await other.SampleAsync(you, CancellationToken.None)).Fleet.Agents.Should().Be(before + 2, "the other one may have ended");
    }

    [Fact]
    public async Task Whatever_order_reports_arrive_in_the_largest_number_stands()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var stack = await broker.GivenStackAsync();
        var ids = new List<string>();
        foreach (var name in Enumerable.Range(0, 6))
            ids.Add(await broker.GivenObjectAsync(stack, $"object-{name}"));
        var agent = await broker.GivenAgentAsync(stack);
        var epochs = new List<long>();
        for (var process = 0; process < 2; process++)
            epochs.Add((await Agents(0).StartSessionAsync(new() { AgentId = agent.Id }, BrokerFixture.As(agent.Pak))).Epoch);
        // Two processes that report at once, each about some of the objects.
        var reports = epochs.SelectMany(epoch => Enumerable.Range(1, 25).Select(sequence => new Wire.ReportHealthRequest
        {
            AgentId = agent.Id,
            Epoch = epoch,
            Sequence = sequence,
            DeploymentObjects =
            {
                ids.Where(_ => random.Next(2) == 0).Select(id => new Wire.DeploymentObjectReport { Id = id, Status = Words[random.Next(Words.Length)] }),
            },
        })).ToList();
        var arriving = reports.Concat(reports.Where(_ => random.Next(3) == 0)).OrderBy(_ => random.Next()).ToList();

        await Parallel.ForEachAsync(arriving.Index(), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (report, _) =>
            await Health(report.Index).ReportHealthAsync(report.Item, BrokerFixture.As(agent.Pak)));

        foreach (var id in ids)
        {
            var newest = reports.Where(r => r.DeploymentObjects.Any(o => o.Id == id)).MaxBy(r => (r.Epoch, r.Sequence))!;
            var health = await Health(1).GetDeploymentObjectHealthAsync(new() { Id = id }, BrokerFixture.As(broker.AdminPak));
            health.Status.Should().Be(newest.DeploymentObjects.Single(o => o.Id == id).Status, $"seed {seed}");
            await RequireChainAsync(id, health.Status, seed);
        }
    }

    [Fact]
    public async Task Removing_targets_and_replacing_objects_under_a_stream_of_reports_leaves_no_ghost()
    {
        for (var round = 0; round < 15; round++)
        {
            var stack = await broker.GivenStackAsync();
            var former = await broker.GivenObjectAsync(stack);
            var deleted = await broker.GivenObjectAsync(stack, "deleted");
            var agents = new[] { await broker.GivenAgentAsync(stack), await broker.GivenAgentAsync(stack), await broker.GivenAgentAsync(stack) };
            using var stop = new CancellationTokenSource();
            var streams = agents.SelectMany(a => Enumerable.Range(0, 2).Select(s => StreamAsync(a, [former, deleted], s, stop.Token))).ToList();

            await Task.WhenAll(
                broker.RestAsync(HttpMethod.Delete, $"/api/v1/agents/{agents[0].Id}/targets/{stack}", broker.AdminPak),
                broker.RestAsync(HttpMethod.Delete, $"/api/v1/agents/{agents[1].Id}", broker.AdminPak),
                broker.GivenObjectAsync(stack),
                broker.RestAsync(HttpMethod.Delete, $"/api/v1/deployment-objects/{deleted}", broker.AdminPak)).WaitAsync(TimeSpan.FromSeconds(30));
            await stop.CancelAsync();
            await Task.WhenAll(streams);

            (await broker.SqlAsync("""
                SELECT COUNT(*) FROM deployment_health h
                 WHERE NOT EXISTS (SELECT 1 FROM placements p WHERE p.agent_id = h.agent_id AND p.deployment_object_id = h.deployment_object_id)
                """)).Should().Be(0L);
            await RequirePlacementsAsync();
            await RequireTalliesAsync($"round {round}");
        }
    }

    [Fact]
    public async Task Targets_and_objects_that_come_and_go_at_once_place_exactly_what_is_called_for()
    {
        var stack = await broker.GivenStackAsync();
        var agents = new[] { await broker.GivenAgentAsync(), await broker.GivenAgentAsync() };

        // Not more at once than a slow machine gets through before the broker gives a call up.
        await Parallel.ForEachAsync(Enumerable.Range(0, 60), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            var agent = agents[i % 2].Id;
            var (status, body) = (i % 5) switch
            {
                0 or 1 => await broker.RestAsync(HttpMethod.Post, $"/api/v1/agents/{agent}/targets", broker.AdminPak, $$"""{"stack_id":"{{stack}}"}"""),
                2 => await broker.RestAsync(HttpMethod.Delete, $"/api/v1/agents/{agent}/targets/{stack}", broker.AdminPak),
                3 => (201, await broker.GivenObjectAsync(stack, $"object-{i % 3}")),
                _ => await broker.RestAsync(HttpMethod.Delete, $"/api/v1/deployment-objects/{await broker.GivenObjectAsync(stack, "brief")}", broker.AdminPak),
            };
            status.Should().BeOneOf([200, 201, 404], body.ToJsonString());
        });

        await RequirePlacementsAsync();
        await RequireTalliesAsync("after all of it");
    }

    [Fact]
    public async Task Roll_ups_and_counts_equal_a_recomputation_from_the_rows()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var stack = await broker.GivenStackAsync();
        var ids = new List<string>();
        foreach (var name in Enumerable.Range(0, 5))
            ids.Add(await broker.GivenObjectAsync(stack, $"object-{name}"));
        var agents = new[] { await broker.GivenAgentAsync(stack), await broker.GivenAgentAsync(stack), await broker.GivenAgentAsync(stack) };
        for (var step = 0; step < 40; step++)
        {
            var (agent, id) = (agents[random.Next(agents.Length)], ids[random.Next(ids.Count)]);
            if (random.Next(6) == 0)
                await broker.AgeAsync($"p.agent_id = '{agent.Id}' AND p.deployment_object_id = '{id}'", seconds: 3600);
            else if (random.Next(6) == 0)
                await broker.AgeAsync($"p.agent_id = '{agent.Id}'", seconds: 3600);
            else
                await Health(step).ReportHealthAsync(new()
                {
                    AgentId = agent.Id,
                    DeploymentObjects = { new Wire.DeploymentObjectReport { Id = id, Status = Words[random.Next(4)] } }
                }, BrokerFixture.As(agent.Pak));

            var health = await Health(step + 1).GetStackHealthAsync(new() { Id = stack }, BrokerFixture.As(broker.AdminPak));
            var list = await Health(step).ListHealthAsync(new() { StackId = stack, PageSize = 100 }, BrokerFixture.As(broker.AdminPak));
            foreach (var rolled in health.DeploymentObjects)
                rolled.Status.Should().Be(Worst(rolled.Agents.Select(a => a.Status)), $"seed {seed}, step {step}");
            health.OverallStatus.Should().Be(Worst(health.DeploymentObjects.Select(o => o.Status)), $"seed {seed}, step {step}");
            list.DeploymentObjects.Select(r => (r.Id, r.AgentId, r.Status)).Should().BeEquivalentTo(
                health.DeploymentObjects.SelectMany(o => o.Agents.Select(a => (o.Id, a.AgentId, a.Status))), $"seed {seed}, step {step}");
            new[] { list.Counts.Failing, list.Counts.Degraded, list.Counts.Unknown, list.Counts.Healthy }.Should().Equal(
                new[] { Word.Failing, Word.Degraded, Word.Unknown, Word.Healthy }.Select(w => list.DeploymentObjects.Count(r => r.Status == w)),
                $"seed {seed}, step {step}");
            await RequireTalliesAsync($"seed {seed}, step {step}");
        }
    }

    /// <summary>The order of the words stands here once more, so that the broker's is compared with something.</summary>
    private static Word Worst(IEnumerable<Word> words) =>
        words.OrderBy(w => w switch { Word.Failing => 0, Word.Degraded => 1, Word.Unknown => 2, _ => 3 }).FirstOrDefault(Word.Healthy);

    /// <summary>Each change begins where the one before ended, and the last one ends at the present status.</summary>
    private async Task RequireChainAsync(string id, Word status, int seed)
    {
        var history = await Health(0).ListHealthHistoryAsync(new() { Id = id, PageSize = 500 }, BrokerFixture.As(broker.AdminPak));
        var changes = history.Transitions.Reverse().ToList();
        changes.Select(c => c.From).Should().Equal(changes.Select(c => c.To).Prepend(Word.Unknown).Take(changes.Count), $"seed {seed}");
        changes.Select(c => c.To).LastOrDefault(Word.Unknown).Should().Be(status, $"seed {seed}");
        changes.Where(c => c.From == c.To).Should().BeEmpty($"seed {seed}");
        changes.Select(c => c.At.ToDateTimeOffset()).Should().BeInAscendingOrder($"seed {seed}");
    }

    /// <summary>The whole fleet is counted by tallies, each of its agents by its placements.</summary>
    private async Task RequireTalliesAsync(string because)
    {
        var fleet = (await Health(0).ListHealthAsync(new() { PageSize = 1 }, BrokerFixture.As(broker.AdminPak))).Counts;
        var agents = new List<Wire.HealthCounts>();
        foreach (var agent in (await Agents(1).ListAgentsAsync(new() { PageSize = 500 }, BrokerFixture.As(broker.AdminPak))).Agents)
            agents.Add((await Health(1).ListHealthAsync(new() { AgentId = agent.Id, PageSize = 1 }, BrokerFixture.As(broker.AdminPak))).Counts);
        (fleet.Failing, fleet.Degraded, fleet.Unknown, fleet.Healthy).Should().Be(
            (agents.Sum(c => c.Failing), agents.Sum(c => c.Degraded), agents.Sum(c => c.Unknown), agents.Sum(c => c.Healthy)), because);
    }

    private async Task RequirePlacementsAsync() => (await broker.SqlAsync("""
        SELECT COUNT(*) FROM (
            SELECT t.agent_id, d.id FROM agent_targets t JOIN deployment_objects d ON d.stack_id = t.stack_id AND d.superseded_at IS NULL) called_for
          FULL JOIN placements p ON p.agent_id = called_for.agent_id AND p.deployment_object_id = called_for.id
         WHERE p.agent_id IS NULL OR called_for.agent_id IS NULL
        """)).Should().Be(0L);

    private async Task StreamAsync((string Id, string Pak) agent, string[] ids, int through, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Health(through).ReportHealthAsync(new()
                {
                    AgentId = agent.Id,
                    DeploymentObjects = { ids.Select(id => new Wire.DeploymentObjectReport { Id = id, Status = Words[Random.Shared.Next(4)] }) },
                }, BrokerFixture.As(agent.Pak));
            }
            catch (Grpc.Core.RpcException e) when (e.StatusCode == Grpc.Core.StatusCode.Unauthenticated)
            {
                return;
            }
        }
    }

    private Wire.HealthService.HealthServiceClient Health(int through) => new(through % 2 == 0 ? broker.Grpc : _second.Grpc);

    private Wire.AgentService.AgentServiceClient Agents(int through) => new(through % 2 == 0 ? broker.Grpc : _second.Grpc);
}
