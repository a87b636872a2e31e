using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Tests.Broker.Health;

/// <summary>What reports change is counted by what became more and less, and that is what counting all would give.</summary>
public sealed class CountTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private static readonly Word[] Words = [Word.Healthy, Word.Degraded, Word.Failing, Word.Unknown];

    [Fact]
    public async Task Whatever_is_reported_the_tallies_are_those_of_the_rows()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var stack = await broker.GivenStackAsync();
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Add(await broker.GivenObjectAsync(stack, $"object-{i}"));
        var agent = await broker.GivenAgentAsync(stack);
        var (epoch, sequence, confirmed) = (await EpochAsync(agent), 0L, 0L);

        for (var step = 0; step < 80; step++)
        {
            var kind = random.Next(12);
            if (kind == 0)
                (epoch, sequence, confirmed) = (await EpochAsync(agent), 0, 0);
            else if (kind == 1)
                await broker.AgeAsync($"p.agent_id = '{agent.Id}'", seconds: 100);
            else if (kind == 2)
                ids.Add(await broker.GivenObjectAsync(stack, $"added-{step}"));
            // Confirmed or not, of all or of some, at times an old one once more.
            var isLate = kind == 3 && sequence > 1;
            var report = new Wire.ReportHealthRequest { AgentId = agent.Id, Epoch = epoch, Sequence = isLate ? sequence - 1 : ++sequence };
            if (kind > 4 && !isLate)
                report.ConfirmsThrough = confirmed;
            report.DeploymentObjects.AddRange(ids.Where(_ => kind > 9 || random.Next(3) == 0)
                .Select(id => new Wire.DeploymentObjectReport { Id = id, Status = Words[random.Next(4)] }));
            await SendAsync(agent, report);
            confirmed = isLate ? confirmed : sequence;

            await RequireAsync(agent.Id, $"seed {seed}, step {step}");
        }
    }

    [Fact]
    public async Task A_report_of_some_objects_beside_confirmed_ones_counts_no_others()
    {
        var stack = await broker.GivenStackAsync();
        var ids = new[] { await broker.GivenObjectAsync(stack, "one"), await broker.GivenObjectAsync(stack, "two") };
        var agent = await broker.GivenAgentAsync(stack);
        var epoch = await EpochAsync(agent);
        using var queries = new QueryCount(broker);

        await SendAsync(agent, Report(1, confirms: null, ids));
        await SendAsync(agent, Report(2, confirms: 1, ids[0]));
        queries.On("WITH reports AS").Should().BePositive("reports are counted among what is asked");
        queries.On("COUNT(p.agent_id)").Should().Be(0);

        await SendAsync(agent, Report(3, confirms: null, ids[0]));
        queries.On("COUNT(p.agent_id)").Should().Be(1, "when the other was reported is not known from the tallies");

        Wire.ReportHealthRequest Report(long sequence, long? confirms, params string[] reported)
        {
            var report = new Wire.ReportHealthRequest { AgentId = agent.Id, Epoch = epoch, Sequence = sequence };
            if (confirms is { } through)
                report.ConfirmsThrough = through;
            report.DeploymentObjects.AddRange(
                reported.Select(id => new Wire.DeploymentObjectReport { Id = id, Status = Words[sequence % 4] }));
            return report;
        }
    }

    private async Task RequireAsync(string agentId, string because) => (await broker.SqlAsync($"""
        SELECT COUNT(*) FROM agent_tallies t CROSS JOIN LATERAL (
            SELECT COUNT(*) FILTER (WHERE status = 'failing') AS failing, COUNT(*) FILTER (WHERE status = 'degraded') AS degraded,
                   COUNT(*) FILTER (WHERE status = 'unknown') AS unknown, COUNT(*) FILTER (WHERE status = 'healthy') AS healthy,
                   COUNT(*) FILTER (WHERE status IS NULL) AS awaited,
                   MIN(epoch) FILTER (WHERE status IS NOT NULL) AS least, MAX(epoch) FILTER (WHERE status IS NOT NULL) AS epoch,
                   MAX(sequence) FILTER (WHERE status IS NOT NULL) AS last_sequence,
                   BOOL_AND(confirmable) FILTER (WHERE status IS NOT NULL) AS all_confirmable,
                   MIN(received_at) FILTER (WHERE status IS NOT NULL) AS first_received_at,
                   MAX(received_at) FILTER (WHERE status IS NOT NULL) AS last_received_at
              FROM placements WHERE agent_id = t.agent_id) p
         WHERE t.agent_id = '{agentId}'
           AND t.failing = p.failing AND t.degraded = p.degraded AND t.unknown = p.unknown AND t.healthy = p.healthy AND t.awaited = p.awaited
           AND t.epoch IS NOT DISTINCT FROM CASE WHEN p.least = p.epoch THEN p.epoch END
           AND t.last_sequence IS NOT DISTINCT FROM p.last_sequence AND t.all_confirmable IS NOT DISTINCT FROM p.all_confirmable
           AND t.last_received_at IS NOT DISTINCT FROM p.last_received_at AND (t.first_received_at <= p.first_received_at) IS NOT FALSE
        """)).Should().Be(1L, because);

    private async Task<long> EpochAsync((string Id, string Pak) agent) =>
        (await new Wire.AgentService.AgentServiceClient(broker.Grpc).StartSessionAsync(new() { AgentId = agent.Id }, BrokerFixture.As(agent.Pak))).Epoch;

    private async Task SendAsync((string Id, string Pak) agent, Wire.ReportHealthRequest report) =>
        await new Wire.HealthService.HealthServiceClient(broker.Grpc).ReportHealthAsync(report, BrokerFixture.As(agent.Pak));
}
