using Brokkr.Agent.Broker;
using Brokkr.Agent.Cluster;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health;
using Brokkr.Agent.Operations;
using Brokkr.Agent.Targets;
using Brokkr.Contracts.Manifests;
using Brokkr.DemoCluster.Api;
using Brokkr.Tests.Broker;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Brokkr.Tests.Agent.Health;

/// <summary>The wall clock of a node may be set; what the agent does every so often does not depend on it.</summary>
public class WallClockTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Theory]
    [InlineData(-3)]
    [InlineData(3)]
    public async Task Confirmations_go_on_whatever_the_wall_clock_says(int hours)
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var clock = new SettableClock(time);
        var stack = await broker.GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        var (agentId, pak) = await broker.GivenAgentAsync(stack);
        var connection = new ConnectionOptions { BrokerUrl = $"http://{broker.Grpc.Target}", AgentId = agentId, Pak = pak };
        var (cluster, health, calls) = (new ClusterState(clock), new BrokerHealth(connection, clock, NullLogger<BrokerHealth>.Instance), new Calls());
        foreach (var kind in BaseKinds.Needed)
        {
            cluster.Announce(kind.Kind, kind);
            cluster.Replace(kind.Kind, true, []);
        }

        var targets = new TargetState();
        targets.Replace([new(new(Guid.Parse(id), "web", clock.GetUtcNow(), ManifestReader.Read("{apiVersion: v1, kind: Pod, metadata: {name: x}}")), null)]);
        var invoker = BrokerConnection.Signed(broker.Grpc, pak, health, TimeProvider.System).Intercept(calls);
        var metrics = new AgentMetrics(cluster, health, new(), clock);
        var kubeconfig = Path.Combine(Path.GetTempPath(), $"brokkr-{Guid.NewGuid():N}");
        DemoKubeconfig.Write(kubeconfig, "http://127.0.0.1:1", "any-token");
        using var nobody = new KubeClient(new() { Kubeconfig = kubeconfig }, TimeProvider.System);
        File.Delete(kubeconfig);
        using var reporter = new HealthReporter(
            new(new(invoker), new(invoker), new(nobody, TimeProvider.System), connection, new(), clock), cluster, targets, new(), health, metrics, connection,
            new(), new(new()), clock, NullLogger<HealthReporter>.Instance);
        await reporter.ReportAsync(CancellationToken.None);
        var sent = calls.Reports;
        await reporter.ReportAsync(CancellationToken.None);
        calls.Reports.Should().Be(sent, "nothing changed, and nothing is due");

        clock.Set = TimeSpan.FromHours(hours);
        await reporter.ReportAsync(CancellationToken.None);
        var afterTheStep = calls.Reports;
        time.Advance(TimeSpan.FromSeconds(61));
        await reporter.ReportAsync(CancellationToken.None);

        calls.Reports.Should().BeGreaterThan(afterTheStep);
        health.SinceReached.Should().BeLessThan(TimeSpan.FromMinutes(1));
        metrics.SincePass.Should().BeLessThan(TimeSpan.FromMinutes(1));
    }

    /// <summary>A wall clock that somebody sets, and time that goes on as before.</summary>
    private sealed class Calls : Interceptor
    {
        public int Reports { get; private set; }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            if (request is Wire.ReportHealthRequest)
                Reports++;
            return continuation(request, context);
        }
    }
}
