using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Auth;

/// <summary>
/// Notes which keys, and which agents with them, were heard. What comes while one note is written is written with the next one, so that it
/// takes one connection, however many call; and no call fails for it, or waits for long.
/// </summary>
internal sealed class PakUses(ActivePakStore paks, DatabaseWatch database, TimeProvider clock) : IDisposable
{
    /// <summary>What could not be written in that time is written behind the call.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _writing = new(1);
    private Dictionary<string, Guid?> _heard = new(StringComparer.Ordinal);
    private Task? _next;

    public async Task NoteAsync(ActivePakRow pak, CancellationToken ct)
    {
        Task next;
        lock (_gate)
        {
            _heard[pak.Id] = pak.AgentId;
            next = _next ??= WriteNextAsync();
        }

        try
        {
            await next.WaitAsync(Patience, clock, ct);
        }
        catch (TimeoutException)
        {
            // It is still written.
        }
    }

    public void Dispose() => _writing.Dispose();

    private async Task WriteNextAsync()
    {
        // Whoever noted the first of them is let go first: it holds the gate.
        await Task.Yield();
        await _writing.WaitAsync(CancellationToken.None);
        try
        {
            Dictionary<string, Guid?> heard;
            lock (_gate)
                (heard, _heard, _next) = (_heard, new(StringComparer.Ordinal), null);
            await paks.RecordUseAsync([.. heard.Keys], [.. heard.Values.OfType<Guid>()], CancellationToken.None);
        }
        catch (Exception e) when (DatabaseFailure.IsTransient(e))
        {
            database.Failed(e);
        }
        finally
        {
            _writing.Release();
        }
    }
}
