using System.Globalization;
using Brokkr.Contracts;
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

    private const int HonestRoundsBefore = 5;

    /// <summary>Always the same calls: what it finds was brought in by a change.</summary>
    [Fact]
    public Task A_short_attack_hurts_nobody_else() => RunAsync(
        seed: 7, new(Rest: 1000, Rpc: 200, Wire: 72, Steps: 40, Frames: 150, Console: 200, Churn: 300, Manifests: 20));

    [Fact]
    [Trait("Category", "Attack")]
    public Task A_long_attack_hurts_nobody_else()
    {
        var isGiven = int.TryParse(Environment.GetEnvironmentVariable("BROKKR_ATTACK_SEED"), CultureInfo.InvariantCulture, out var given);
        return RunAsync(isGiven ? given : Random.Shared.Next(),
            new(Rest: 10_000, Rpc: 1500, Wire: 480, Steps: 400, Frames: 1500, Console: 2000, Churn: 3000, Manifests: 200));
    }

    private async Task RunAsync(int seed, Size size)
    {
        output.WriteLine($"seed {seed} (BROKKR_ATTACK_SEED repeats it)");
        await using var broker = await AttackedBroker.StartAsync();
        var prey = await GivenPreyAsync(broker);
        var honest = new HonestWork(broker, prey.ReaderPak);
        await honest.PrepareAsync();
        for (var i = 0; i < HonestRoundsBefore; i++)
            await honest.RoundAsync();
        var before = broker.TakePercentile();
        using var attackers = new Attackers(broker, prey, seed);
        using var stop = new CancellationTokenSource();

        var work = honest.RunAsync(stop.Token);
        var refused = attackers.StreamsAsync(Streams);
        await Task.WhenAll(attackers.RestAsync(size.Rest, workers: 6), attackers.RpcAsync(size.Rpc, workers: 2), attackers.WireAsync(size.Wire, workers: 4),
            attackers.AgentAsync(size.Steps), attackers.FramesAsync(size.Frames, workers: 2), attackers.ConsoleAsync(size.Console, workers: 2),
            attackers.ChurnAsync(size.Churn, workers: 4), attackers.AdminAsync(size.Manifests), refused);
        await stop.CancelAsync();
        await work;

        var during = broker.TakePercentile();
        output.WriteLine($"{attackers.Answers}; {honest.Rounds} honest rounds, 99 of 100 honest calls took {during / before:F1} times as long as before; "
            + $"at most {broker.PeakBytes() >> 20} MiB of memory, {await broker.NumberAsync("SELECT pg_database_size(current_database())") >> 20} MiB stored");
        broker.HasExited.Should().BeFalse(broker.Said);
        // What the broker says of a failure stands beside it.
        var failures = broker.Said.Split('\n').Where(l => Array.Exists([" fail: ", " crit: "], w => l.Contains(w, StringComparison.Ordinal)));
        string.Join('\n', attackers.Flaws.Order(StringComparer.Ordinal).Concat(failures)).Should().BeEmpty();
        honest.Rounds.Should().BeGreaterThan(HonestRoundsBefore);
        (await refused).Should().BePositive("the others hold what one address may hold");
        await KeepsToItsBoundsAsync(broker, prey);
    }

    private static async Task KeepsToItsBoundsAsync(AttackedBroker broker, Prey prey)
    {
        broker.PeakBytes().Should().BeLessThan(AttackedBroker.PodBytes);
        (await broker.NumberAsync($"""
            SELECT COALESCE(MAX(n), 0)
              FROM (SELECT COUNT(*) AS n FROM health_transitions WHERE agent_id = '{prey.AgentId}' GROUP BY deployment_object_id) t
            """)).Should().BeInRange(1, TransitionsEach);
        // Written with spaces, JSON takes a little more than what is counted.
        (await broker.NumberAsync("SELECT COALESCE(MAX(octet_length(to_jsonb(r)::text)), 0) FROM diagnostic_results r")).Should()
            .BeInRange(1, Limits.StoredResultBytes * 5 / 4);
    }

    private static async Task<Prey> GivenPreyAsync(AttackedBroker broker)
    {
        var (stack, held, agent, pak) = await HonestWork.GivenAsync(broker, "prey");
        var more = new List<string> { held };
        for (var i = 1; i < 5; i++)
            more.Add(await HonestWork.GivenObjectAsync(broker, stack, $"web-{i}"));
        var (_, _, _, other) = await HonestWork.GivenAsync(broker, "bystander");
        var asked = await broker.CallAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{held}/diagnostics", broker.AdminPak);
        var reader = await broker.CallAsync(HttpMethod.Post, "/api/v1/paks", broker.AdminPak, """{"name":"reader","role":"reader"}""");
        return new(broker.AdminPak, (string)reader["pak"]!, agent, pak, other, [.. more], [stack, held, (string)asked["request_id"]!]);
    }

    private sealed record Size(int Rest, int Rpc, int Wire, int Steps, int Frames, int Console, int Churn, int Manifests);
}
