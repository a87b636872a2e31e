using Brokkr.Broker.Fleet;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Brokkr.Tests.Broker.Fleet;

/// <summary>What is counted by difference, against a count of everything and against a model of what was done.</summary>
public sealed class TallyTests
{
    /// <summary>How many agents have a tally that a count of their placements does not come to.</summary>
    public const string Miscounted = """
        SELECT COUNT(*)
          FROM agents a LEFT JOIN agent_tallies t ON t.agent_id = a.id
         CROSS JOIN LATERAL (
               SELECT COUNT(*) FILTER (WHERE p.status = 'failing') AS failing, COUNT(*) FILTER (WHERE p.status = 'degraded') AS degraded,
                      COUNT(*) FILTER (WHERE p.status = 'unknown') AS unknown, COUNT(*) FILTER (WHERE p.status = 'healthy') AS healthy,
                      COUNT(*) FILTER (WHERE p.status IS NULL) AS awaited FROM placements p WHERE p.agent_id = a.id) c
         WHERE (COALESCE(t.failing, 0), COALESCE(t.degraded, 0), COALESCE(t.unknown, 0), COALESCE(t.healthy, 0), COALESCE(t.awaited, 0))
               <> (c.failing, c.degraded, c.unknown, c.healthy, c.awaited)
        """;

    private static readonly string[] Statuses = ["failing", "degraded", "unknown", "healthy"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Whatever_is_done_in_whatever_order_counts_and_target_states_are_those_of_a_model(int seed)
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });
        var (dice, model) = (new Random(seed), new Model());
        for (var i = 0; i < 3; i++)
            model.Agents.Add(await broker.GivenAgentAsync());
        await using var sweepless = await broker.Database.OpenConnectionAsync();
        var former = await StatesAsync(broker, model);

        for (var step = 0; step < 60; step++)
        {
            var done = await ActAsync(broker, model, dice, sweepless);

            var what = $"step {step}: {done}";
            (await broker.SqlAsync(Miscounted)).Should().Be(0L, what);
            var (_, list) = await broker.RestAsync(HttpMethod.Get, "/api/v1/health?page_size=1", broker.AdminPak);
            list["counts"]!.ToJsonString().Should().Be(model.Counts(), what);
            var states = await StatesAsync(broker, model);
            foreach (var (agent, state) in states)
            {
                state.DeploymentObjects.Select(d => d.Id).Should().BeEquivalentTo(model.ObjectsOf(agent), what);
                var isSame = state.DeploymentObjects.Select(d => d.Id).Order().SequenceEqual(former[agent].DeploymentObjects.Select(d => d.Id).Order());
                (isSame ? state.Number >= former[agent].Number : state.Number > former[agent].Number).Should().BeTrue(what);
                (isSame || state.Revision != former[agent].Revision).Should().BeTrue(what);
            }

            former = states;
        }
    }

    private static async Task<string> ActAsync(BrokerFixture broker, Model model, Random dice, NpgsqlConnection sweepless)
    {
        var agent = model.Agents[dice.Next(model.Agents.Count)];
        if (model.Stacks.Count < 2)
        {
            model.Stacks[await broker.GivenStackAsync()] = [];
            return "a new stack";
        }

        var stack = model.Stacks.Keys.Order().ElementAt(dice.Next(model.Stacks.Count));
        switch (dice.Next(10))
        {
            case 0:
                model.Stacks[await broker.GivenStackAsync()] = [];
                return "a new stack";
            case 1 or 2:
                var name = $"object-{dice.Next(3)}";
                model.Stacks[stack][name] = await broker.GivenObjectAsync(stack, name);
                return $"submitted {name}";
            case 3:
                await RestAsync(HttpMethod.Post, $"agents/{agent.Id}/targets", $$"""{"stack_id":"{{stack}}"}""");
                model.Targets.Add((agent.Id, stack));
                return "targeted";
            case 4:
                await RestAsync(HttpMethod.Delete, $"agents/{agent.Id}/targets/{stack}");
                model.Forget(agent.Id, stack);
                return "no longer targeted";
            case 5 when model.Stacks[stack].Count > 0:
                var (gone, id) = model.Stacks[stack].First();
                await RestAsync(HttpMethod.Delete, $"deployment-objects/{id}");
                model.Stacks[stack].Remove(gone);
                return "deleted an object";
            case 6:
                await RestAsync(HttpMethod.Delete, $"stacks/{stack}");
                model.Stacks.Remove(stack);
                // Until it is let go, its rows stay.
                await RunAsync("BEGIN; SELECT 1 FROM deleted_stacks FOR UPDATE");
                return "deleted a stack";
            case 7:
                await RunAsync("COMMIT");
                await broker.Services.GetRequiredService<DeletedStackStore>().SweepAsync(CancellationToken.None, batch: 1);
                return "swept";
            default:
                foreach (var objectId in model.ObjectsOf(agent.Id).Order().Take(2))
                {
                    var status = Statuses[dice.Next(Statuses.Length)];
                    (await broker.ReportAsync(agent, objectId, status, DateTime.UtcNow.ToString("O"))).Status.Should().Be(200);
                    model.Reports[(agent.Id, objectId)] = status;
                }

                return "reported";
        }

        async Task RestAsync(HttpMethod method, string path, string? json = null) =>
            (await broker.RestAsync(method, $"/api/v1/{path}", broker.AdminPak, json)).Status.Should().BeOneOf(200, 201, 404);

        async Task RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, sweepless);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task<Dictionary<string, Wire.TargetState>> StatesAsync(BrokerFixture broker, Model model)
    {
        var states = new Dictionary<string, Wire.TargetState>();
        foreach (var agent in model.Agents)
        {
            states[agent.Id] = await new Wire.AgentService.AgentServiceClient(broker.Grpc).GetTargetStateAsync(
                new() { AgentId = agent.Id }, BrokerFixture.As(agent.Pak));
        }

        return states;
    }

    /// <summary>What there is, as plainly as it can be said.</summary>
    private sealed class Model
    {
        public List<(string Id, string Pak)> Agents { get; } = [];

        /// <summary>The standing revision of each name of each stack.</summary>
        public Dictionary<string, Dictionary<string, string>> Stacks { get; } = [];

        public HashSet<(string Agent, string Stack)> Targets { get; } = [];

        public Dictionary<(string Agent, string Object), string> Reports { get; } = [];

        public IEnumerable<string> ObjectsOf(string agent) =>
            Stacks.Where(s => Targets.Contains((agent, s.Key))).SelectMany(s => s.Value.Values);

        public void Forget(string agent, string stack)
        {
            Targets.Remove((agent, stack));
            foreach (var objectId in Stacks[stack].Values)
                Reports.Remove((agent, objectId));
        }

        public string Counts()
        {
            var said = Agents.SelectMany(a => ObjectsOf(a.Id), (a, o) => Reports.GetValueOrDefault((a.Id, o), "unknown")).ToLookup(s => s);
            return "{" + string.Join(',', Statuses.Select(s => $"\"{s}\":{said[s].Count()}")) + "}";
        }
    }
}
