using Brokkr.Broker.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Brokkr.Broker.Operations;

/// <summary>Whether the database answers.</summary>
internal sealed class DatabaseCheck(ProbeConnection probe) : IHealthCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            return await probe.AnswersAsync(timeout.Token) ? HealthCheckResult.Healthy() : DoesNotAnswer();
        }
        catch (OperationCanceledException)
        {
            return DoesNotAnswer();
        }
    }

    private static HealthCheckResult DoesNotAnswer() => HealthCheckResult.Unhealthy("the database does not answer");
}
