using static Brokkr.Tests.Agent.Deployment.ApplyTests;

namespace Brokkr.Tests.Agent.Deployment;

/// <summary>Deletions that look like a mistake, and who lets them pass.</summary>
public class DeletionBrakeTests
{
    private const string ConfigMaps = "/api/v1/namespaces/prod/configmaps";

    [Fact]
    public async Task Most_of_what_is_applied_goes_only_when_an_admin_confirms_it()
    {
        await using var agent = await GivenAsync(number: 3);
        await agent.SubmitAsync(AConfigMap("other", "a: one"), "second");

        agent.Numbers = (4, 0);
        await agent.WithdrawAsync();
        await agent.PassAsync(TimeSpan.FromHours(30));

        (await CountAsync(agent)).Should().Be(13);
        agent.Facts.ToWire("a").DeletionHeld.Should().Match<Wire.DeletionHeld>(h => h.Count == 12 && h.Number == 4);
        agent.Log.All.Should().ContainSingle(l => l.Text.StartsWith("Nothing is deleted: target state 4 would take away 12 objects"));
        await agent.AnswerAsync(4, 3);
        (await CountAsync(agent)).Should().Be(13, "another state was confirmed");
        await agent.AnswerAsync(4, 4);
        await agent.PassAsync();
        (await CountAsync(agent)).Should().Be(1);
        agent.Facts.DeletionHeld.Should().Be(0);
    }

    [Fact]
    public async Task A_revision_that_drops_most_is_held_back_too_and_the_rest_of_it_is_applied()
    {
        await using var agent = await GivenAsync(number: 3);

        agent.Numbers = (4, 0);
        await agent.SubmitAsync(AConfigMap("new", "a: one"));

        (await CountAsync(agent)).Should().Be(13);
        await agent.AnswerAsync(4, 4);
        await agent.PassAsync();
        (await CountAsync(agent)).Should().Be(1);
    }

    [Fact]
    public async Task What_takes_the_place_of_it_or_another_process_makes_it_no_smaller_a_part()
    {
        await using var agent = await GivenAsync(number: 3);

        agent.Numbers = (4, 0);
        await agent.SubmitAsync(Bundle("new-", 12));
        await agent.PassAsync(TimeSpan.FromMinutes(6));
        agent.Restart();
        await agent.PassAsync();
        await agent.PassAsync(TimeSpan.FromMinutes(6));

        (await CountAsync(agent)).Should().Be(24);
        agent.Facts.DeletionHeld.Should().Be(12);
        await agent.AnswerAsync(4, 4);
        await agent.PassAsync();
        (await CountAsync(agent)).Should().Be(12);
        agent.Restart();
        await agent.SubmitAsync(Bundle("new-", 11));
        (await CountAsync(agent)).Should().Be(11, "nothing is held back any more");
    }

    [Fact]
    public async Task What_goes_bit_by_bit_within_an_hour_is_counted_together()
    {
        await using var agent = await GivenAsync(number: 3);
        foreach (var (name, i) in new[] { "b", "c", "d" }.Select((n, i) => (n, i)))
            await agent.SubmitAsync(Bundle($"{name}-", 6), name);

        foreach (var (name, number) in new[] { ("b", 4L), ("c", 5L), ("d", 6L) })
        {
            agent.Numbers = (number, 0);
            await agent.WithdrawAsync(name);
        }

        (await CountAsync(agent)).Should().Be(18, "12 of 30 went, and 6 more would be more than half");
        agent.Facts.DeletionHeld.Should().Be(6);
        await agent.AnswerAsync(6, 6);
        await agent.PassAsync();
        (await CountAsync(agent)).Should().Be(12);
    }

    [Fact]
    public async Task An_older_state_that_takes_nothing_away_is_taken_as_it_is()
    {
        await using var agent = await GivenAsync(number: 20);
        await agent.AnswerAsync(7, 0);

        agent.Numbers = (8, 0);
        await agent.SubmitAsync(Bundle("s-", 11));

        (await CountAsync(agent)).Should().Be(11);
        agent.Facts.DeletionHeld.Should().Be(0);
    }

    [Fact]
    public async Task A_few_objects_or_less_than_half_go_at_once()
    {
        await using var agent = await GivenAsync(number: 3);
        await agent.SubmitAsync(Bundle("more-", 13), "second");

        agent.Numbers = (5, 0);
        await agent.WithdrawAsync();

        (await CountAsync(agent)).Should().Be(13);
    }

    [Fact]
    public async Task A_target_state_that_is_older_than_the_last_deletes_nothing_also_for_the_next_process()
    {
        await using var agent = await GivenAsync(number: 20);
        await agent.SubmitAsync(AConfigMap("other", "a: one"), "second");
        agent.Restart();

        agent.Numbers = (7, 0);
        await agent.WithdrawAsync("second");

        (await CountAsync(agent)).Should().Be(13);
        agent.Facts.ToWire("a").DeletionHeld.Should().Match<Wire.DeletionHeld>(h => h.Count == 1 && h.Number == 7);
        agent.Log.All.Should().ContainSingle(l => l.Text.Contains("is older than 20, as after a restored backup"));
        await agent.AnswerAsync(7, 7);
        await agent.PassAsync();
        (await CountAsync(agent)).Should().Be(12);
        agent.Numbers = (8, 7);
        await agent.SubmitAsync(Bundle("s-", 11));
        (await CountAsync(agent)).Should().Be(11, "what was confirmed counts from there on");
    }

    [Fact]
    public async Task What_comes_back_is_not_deleted_and_holds_nothing_any_more()
    {
        await using var agent = await GivenAsync(number: 3);
        agent.Numbers = (4, 0);
        await agent.WithdrawAsync();

        agent.Numbers = (5, 0);
        await agent.SubmitAsync(Bundle("s-", 12));

        (await CountAsync(agent)).Should().Be(12);
        agent.Facts.DeletionHeld.Should().Be(0);
        agent.Log.All.Should().ContainSingle(l => l.Text == "Deletions are held back no longer");
    }

    [Theory]
    [InlineData(4)]
    [InlineData(0)]
    public async Task A_setting_lets_it_pass_by_itself_also_with_a_broker_that_has_no_numbers(long number)
    {
        await using var agent = await GivenAsync(number: number == 0 ? 0 : 3);
        agent.Options.Deployment.MassDeleteMinutes = 30;
        agent.Numbers = (number, 0);
        await agent.WithdrawAsync();
        agent.Log.All.Should().Contain(l => l.Text.Contains(number == 0 ? "set agent.deployment.mass_delete_minutes" : "confirm-deletion"));

        await agent.PassAsync(TimeSpan.FromMinutes(29));
        (await CountAsync(agent)).Should().Be(12);
        await agent.PassAsync(TimeSpan.FromMinutes(2));
        await agent.PassAsync();

        (await CountAsync(agent)).Should().Be(0);
    }

    private static async Task<Deploying> GivenAsync(long number)
    {
        var agent = await Deploying.StartAsync();
        agent.Numbers = (number, 0);
        await agent.SubmitAsync(Bundle("s-", 12));
        return agent;
    }

    private static string Bundle(string prefix, int count) => string.Concat(Enumerable.Range(0, count).Select(i => AConfigMap($"{prefix}{i}", "a: one")));

    private static async Task<int> CountAsync(Deploying agent) =>
        (await agent.FindAsync($"{ConfigMaps}?labelSelector=brokkr.io/stack"))!["items"]!.AsArray().Count;
}
