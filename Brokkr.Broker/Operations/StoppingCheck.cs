using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Brokkr.Broker.Operations;

/// <summary>Whether the broker takes new callers: not any more once it was told to stop, though it answers whoever still comes.</summary>
internal sealed class StoppingCheck : IHealthCheck
{
    private volatile bool _isStopping;

    /// <summary>Sends new callers elsewhere from now on.</summary>
    public void Stop() => _isStopping = true;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_isStopping ? HealthCheckResult.Unhealthy("the broker is stopping") : HealthCheckResult.Healthy());
}
