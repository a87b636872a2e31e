using Brokkr.Tests.Broker;
using Brokkr.Tests.Processes;

namespace Brokkr.Tests.EndToEnd;

/// <summary>An agent whose cluster rests: it confirms what it reported, and reports again what the broker lacks.</summary>
public sealed class ConfirmationTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task What_does_not_change_is_confirmed_without_being_sent_and_what_is_lost_is_sent_again()
    {
        await using var watched = await WatchedCluster.StartAsync(broker, checkInterval: 1, "healthy-web", "crash-loop");
        await Eventually.IsAsync("both are reported", () => HoldsAsync("SELECT COUNT(status) = 2 FROM placements"));
        await Eventually.IsAsync("the session confirms all of them", () =>
            HoldsAsync("SELECT bool_and(p.sequence <= s.confirmed_through) FROM placements p JOIN agent_sessions s USING (epoch)"));
        var stored = await broker.SqlAsync("SELECT string_agg(sequence::text, ',' ORDER BY sequence) FROM placements");
        var confirmed = await broker.SqlAsync("SELECT MAX(confirmed_sequence) FROM agent_sessions");

        await Eventually.IsAsync("it goes on confirming", () => HoldsAsync($"SELECT MAX(confirmed_sequence) >= {confirmed} + 2 FROM agent_sessions"));
        (await broker.SqlAsync("SELECT string_agg(sequence::text, ',' ORDER BY sequence) FROM placements")).Should().Be(stored, "nothing was written again");

        await broker.SqlAsync("UPDATE placements SET status = NULL, digest = NULL, checked_at = NULL, epoch = 0, sequence = 0, confirmable = FALSE WHERE "
            + $"deployment_object_id = '{watched["crash-loop"]}'");
        await Eventually.IsAsync("the lost one is reported again", () => HoldsAsync("SELECT COUNT(status) = 2 FROM placements"));

        await broker.SqlAsync("DELETE FROM agent_sessions");
        await Eventually.IsAsync("a session that the broker does not know is followed by one in which all is reported", () =>
            HoldsAsync("SELECT COUNT(s.epoch) = 2 FROM placements p JOIN agent_sessions s USING (epoch)"));
    }

    private async Task<bool> HoldsAsync(string question) => await broker.SqlAsync(question) is true;
}
