using System.Text.Json.Nodes;
using Brokkr.Agent;
using Brokkr.Agent.Targets;
using Brokkr.DemoCluster.Api;
using Brokkr.Tests.Broker;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Brokkr.Tests.Agent.Targets;

/// <summary>What the agent takes for the broker's word.</summary>
public sealed class TargetWatcherTests(BrokerFixture broker) : IClassFixture<BrokerFixture>, IDisposable
{
    private readonly string _kubeconfig = Path.Combine(Path.GetTempPath(), $"brokkr-{Guid.NewGuid():N}");

    [Fact]
    public async Task A_state_of_several_pages_is_taken_as_a_whole_and_an_error_changes_nothing()
    {
        var stack = await broker.GivenStackAsync();
        for (var i = 0; i < 5; i++)
            await SubmitAsync(stack, $"large-{i}");
        var (id, pak) = await broker.GivenAgentAsync(stack);
        DemoKubeconfig.Write(_kubeconfig, "http://127.0.0.1:1", "any-token");
        using var agent = AgentApp.Create(new()
        {
            Connection = new() { BrokerUrl = $"http://{broker.Grpc.Target}", AgentId = id, Pak = pak },
            Cluster = new() { Kubeconfig = _kubeconfig },
            Probes = new() { HealthPort = 0 },
        });
        var (watcher, targets) =
            (agent.Services.GetServices<IHostedService>().OfType<TargetWatcher>().Single(), agent.Services.GetRequiredService<TargetState>());

        await watcher.FetchAsync(CancellationToken.None);

        targets.Current!.Select(a => a.Target.Name).Order().Should().Equal("large-0", "large-1", "large-2", "large-3", "large-4");
        targets.Current!.Should().OnlyContain(a => a.Target.StackId == Guid.Parse(stack));
        await broker.SqlAsync($"DELETE FROM paks WHERE agent_id = '{id}'");
        await Eventually.IsAsync("the key is refused", async () =>
        {
            try
            {
                await watcher.FetchAsync(CancellationToken.None);
                return false;
            }
            catch (Grpc.Core.RpcException)
            {
                return true;
            }
        });
        targets.Current.Should().HaveCount(5);
    }

    public void Dispose() => File.Delete(_kubeconfig);

    private async Task SubmitAsync(string stack, string name)
    {
        var yaml = $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{a: {new string('x', 900_000)}}}\n";
        var (status, body) = await broker.RestAsync(
            HttpMethod.Post, $"/api/v1/stacks/{stack}/deployment-objects", broker.AdminPak, new JsonObject { ["name"] = name, ["yaml"] = yaml }.ToJsonString());
        status.Should().Be(201, body.ToJsonString());
    }
}
