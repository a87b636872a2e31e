using Brokkr.Agent.Diagnostics;
using Brokkr.Tests.Broker;
using Brokkr.Tests.Broker.Diagnostics;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Brokkr.Tests.EndToEnd;

/// <summary>An operator who changes their mind while the agent gathers.</summary>
public sealed class WithdrawalTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task The_agent_stops_when_it_learns_of_it_and_goes_on_with_the_next_request()
    {
        await using var cluster = await WatchedCluster.StartAsync(broker, "crash-loop");
        await cluster.HealthBecomesAsync("crash-loop", h => h["status"]!.GetValue<string>() == "degraded");
        var poller = cluster.Agent.GetServices<IHostedService>().OfType<DiagnosticPoller>().Single();
        cluster.Faults.Delay = TimeSpan.FromSeconds(40);
        var id = await broker.RequestAsync(cluster["crash-loop"]);
        await Eventually.IsAsync("the agent gathers", async () => poller.InHand == 1 && (await broker.ReadAsync(id)).Body.Text("status") == "claimed");
        var began = TimeProvider.System.GetTimestamp();

        (await broker.CancelAsync(id)).Status.Should().Be(200);

        await Eventually.IsAsync("the agent dropped it", () => Task.FromResult(poller.InHand == 0));
        TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(TimeSpan.FromSeconds(20), "gathering would have taken longer");
        cluster.Faults.Delay = TimeSpan.Zero;
        (await cluster.DiagnoseAsync("crash-loop"))["log_tails"]!.AsObject().Should().NotBeEmpty();
        (await broker.ReadAsync(id)).Body.Text("status").Should().Be("cancelled");
    }
}
