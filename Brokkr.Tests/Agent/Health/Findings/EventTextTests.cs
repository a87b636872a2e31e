using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Tests.Agent.Health.Findings;

public class EventTextTests
{
    [Theory]
    [InlineData("Readiness probe failed: HTTP probe failed with statuscode: 503", nameof(ProbeType.Readiness))]
    [InlineData("Liveness probe errored: rpc error", nameof(ProbeType.Liveness))]
    [InlineData("Startup probe failed: dial tcp: connection refused", nameof(ProbeType.Startup))]
    [InlineData("the probe failed", null)]
    [InlineData(null, null)]
    public void The_kubelet_says_which_probe_failed(string? message, string? type) =>
        new KubeEvent { Message = message }.ProbeOf()?.ToString().Should().Be(type);
}
