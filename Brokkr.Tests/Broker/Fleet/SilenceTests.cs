using System.Diagnostics.Metrics;
using Brokkr.Broker.Fleet;
using Brokkr.Tests.Agent;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Fleet;

/// <summary>An agent that falls silent or returns is noticed, once, by however many brokers.</summary>
public sealed class SilenceTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task Falling_silent_and_returning_are_told_once_each_by_however_many_brokers()
    {
        var (agent, never) = (await broker.GivenAgentAsync(), await broker.GivenAgentAsync());
        var told = "bootstrap create_agent";
        foreach (var (seen, what) in new[] { ("NOW()", ""), ("NOW() - INTERVAL '10 minutes'", ",broker agent_silent"), ("NOW()", ",broker agent_returned") })
        {
            await broker.SqlAsync($"UPDATE agents SET last_seen_at = {seen} WHERE id = '{agent.Id}'");
            told += what;

            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => LookAsync()));

            // The broker's own look may have come before and not have committed yet.
            await Eventually.IsAsync(told, async () => (string)(await TrailAsync(agent.Id))! == told);
            await LookAsync();
            (await TrailAsync(agent.Id)).Should().Be(told);
        }

        (await TrailAsync(never.Id)).Should().Be("bootstrap create_agent", "who was never heard did not fall silent");
    }

    [Fact]
    public void Each_change_is_a_line_and_counted()
    {
        var (lines, counted) = (new LogLines(), new Dictionary<string, long>());
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener();
        // The process has brokers that count at this moment, too.
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Scope == meters)
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
            counted[(string)tags[0].Value!] = counted.GetValueOrDefault((string)tags[0].Value!) + count);
        listener.Start();
        var changes = new AgentChanges(meters, lines.For<AgentChanges>());

        foreach (var what in (string[])[AgentChange.FellSilent, AgentChange.Returned, AgentChange.TwoEpochs])
            changes.Tell(new() { Name = "edge-1", What = what });

        lines.All.Select(l => l.Text[..l.Text.IndexOf('(', StringComparison.Ordinal)]).Should().AllBe("The agent edge-1 ");
        string.Join('\n', lines.All.Select(l => l.Text)).Should().ContainAll("is silent", "is heard again", "under two epochs in turn");
        counted.Should().Contain(new Dictionary<string, long> { ["agent_silent"] = 1, ["agent_returned"] = 1, ["agent_two_epochs"] = 1 });
    }

    private Task<object?> TrailAsync(string agent) =>
        broker.SqlAsync($"SELECT string_agg(actor || ' ' || action, ',' ORDER BY id) FROM audit_trail WHERE object_id = '{agent}'");

    private Task LookAsync() => broker.Services.GetRequiredService<SilenceStore>().NoteAsync(CancellationToken.None);
}
