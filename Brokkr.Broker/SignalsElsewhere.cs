namespace Brokkr.Broker;

/// <summary>The host heeds no signals: the process does (<see cref="BrokerHost"/>), which gives callers time before it closes.</summary>
internal sealed class SignalsElsewhere : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
