using System.Globalization;
using Xunit.Abstractions;

namespace Brokkr.Tests.Attack;

/// <summary>
/// Generated calls of every hostile kind, from an agent with a valid key, from others with keys and from some without, while an honest agent
/// reports and answers and a reader looks. The seed decides what is sent, not in which order the calls of several arrive.
/// </summary>
[Collection("Faults")]
public sealed class AttackTests(ITestOutputHelper output)
{
    /// <summary>One address may hold twenty without a key.</summary>
    private const int Streams = 40;

    /// <summary>What docs/security.md allows the history of one deployment object on one agent, in the two hours that a run can touch.</summary>
    private const int TransitionsEach = 2 * 31;

    /// <summary>Always the same calls: what it finds was brought in by a change.</summary>
    [Fact]
    public Task A_short_attack_hurts_nobody_else() => RunAsync(seed: 7, rest: 1200, rpc: 200, wire: 72);

    [Fact]
    [Trait("Category", "Faults")]
    public Task A_long_attack_hurts_nobody_else()
    {
        var isGiven = int.TryParse(Environment.GetEnvironmentVariable("BROKKR_FAULT_SEED"), CultureInfo.InvariantCulture, out var given);
        return RunAsync(isGiven ? given : Random.Shared.Next(), rest: 10_000, rpc: 1500, wire: 480);
    }

    private async Task RunAsync(int seed, int rest, int rpc, int wire)
    {
        output.WriteLine($"seed {seed} (BROKKR_FAULT_SEED repeats it)");
        await using var broker = await AttackedBroker.StartAsync();
        var prey = await GivenPreyAsync(broker);
        var honest = new HonestWork(broker, prey.ReaderPak);
        await honest.PrepareAsync();
        using var attackers = new Attackers(broker, prey, seed);
        using var stop = new CancellationTokenSource();

        var work = honest.RunAsync(stop.Token);
        var refused = attackers.StreamsAsync(Streams);
        await Task.WhenAll(attackers.RestAsync(rest, workers: 6), attackers.RpcAsync(rpc, workers: 2), attackers.WireAsync(wire, workers: 4), refused);
        await stop.CancelAsync();
        await work;

        output.WriteLine($"{attackers.Answers}; {honest.Rounds} honest rounds; at most {broker.PeakBytes() >> 20} MiB");
        broker.HasExited.Should().BeFalse(broker.Said);
        string.Join('\n', attackers.Flaws.Order(StringComparer.Ordinal)).Should().BeEmpty();
        honest.Rounds.Should().BePositive();
        (await refused).Should().BePositive("the others hold what one address may hold");
        broker.Said.Should().NotContainAny(" fail: ", " crit: ");
        broker.PeakBytes().Should().BeLessThan(AttackedBroker.PodBytes);
        var transitions = (long)(await broker.SqlAsync($"""
            SELECT COALESCE(MAX(n), 0)
              FROM (SELECT COUNT(*) AS n FROM health_transitions WHERE agent_id = '{prey.AgentId}' GROUP BY deployment_object_id) t
            """))!;
        transitions.Should().BeLessThanOrEqualTo(TransitionsEach);
    }

    private static async Task<Prey> GivenPreyAsync(AttackedBroker broker)
    {
        var (stack, held, agent, pak) = await HonestWork.GivenAsync(broker, "prey");
        var (_, _, _, other) = await HonestWork.GivenAsync(broker, "bystander");
        var asked = await broker.CallAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{held}/diagnostics", broker.AdminPak);
        var reader = await broker.CallAsync(HttpMethod.Post, "/api/v1/paks", broker.AdminPak, """{"name":"reader","role":"reader"}""");
        return new(broker.AdminPak, (string)reader["pak"]!, agent, pak, other, [stack, held, (string)asked["request_id"]!]);
    }
}
