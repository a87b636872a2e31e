namespace Brokkr.Agent.Diagnostics;

/// <summary>A request that is being answered, until it is or is dropped.</summary>
internal sealed class DiagnosticWork
{
    private readonly CancellationTokenSource _stop;

    private DiagnosticWork(CancellationToken ct) => _stop = CancellationTokenSource.CreateLinkedTokenSource(ct);

    public Task Ended { get; private set; } = Task.CompletedTask;

    public static DiagnosticWork Start(Func<CancellationToken, Task> answer, CancellationToken ct)
    {
        var work = new DiagnosticWork(ct);
        work.Ended = work.RunAsync(answer);
        return work;
    }

    /// <summary>Stops the work. Idempotent.</summary>
    public void Drop()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It just ended.
        }
    }

    private async Task RunAsync(Func<CancellationToken, Task> answer)
    {
        using (_stop)
            await answer(_stop.Token);
    }
}
