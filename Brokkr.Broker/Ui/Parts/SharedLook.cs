namespace Brokkr.Broker.Ui.Parts;

/// <summary>
/// What everybody sees alike, looked up once for all pages that refresh themselves within a moment: what many browsers cost the database
/// does not grow with their number. Whoever opens a page looks anew, and so sees what was just done.
/// </summary>
/// <param name="look">Looks it up.</param>
/// <param name="clock">Measures the moment.</param>
internal sealed class SharedLook<T>(Func<CancellationToken, Task<T>> look, TimeProvider clock)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<T>? _latest;
    private long _began;

    public Task<T> GetAsync(HttpContext context)
    {
        lock (_gate)
        {
            var isGone = _latest is null or { IsFaulted: true } or { IsCanceled: true } || clock.GetElapsedTime(_began) >= Moment;
            // Nobody's leaving ends what others wait for.
            if (isGone || !ConsolePaths.IsRefresh(context))
                (_began, _latest) = (clock.GetTimestamp(), look(CancellationToken.None));
            return _latest!.WaitAsync(context.RequestAborted);
        }
    }
}
