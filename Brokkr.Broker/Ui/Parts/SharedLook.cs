using Brokkr.Broker.Storage;

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
    private readonly Latest _ofPrimary = new();
    private readonly Latest _ofStandby = new();

    public async Task<T> GetAsync(HttpContext context)
    {
        var reading = Reading.Current;
        Task<Looked> looking;
        lock (_gate)
        {
            // Who asks the primary may know what the standby does not.
            var latest = reading is null ? _ofPrimary : _ofStandby;
            var isGone = latest.Look is null or { IsFaulted: true } or { IsCanceled: true } || clock.GetElapsedTime(latest.Began) >= Moment;
            // Nobody's leaving ends what others wait for.
            if (isGone || !ConsolePaths.IsRefresh(context))
                (latest.Began, latest.Look) = (clock.GetTimestamp(), LookAsync());
            looking = latest.Look!;
        }

        var looked = await looking.WaitAsync(context.RequestAborted);
        if (looked.AsOf is { } asOf)
            reading?.Note(asOf);
        return looked.Seen;
    }

    private async Task<Looked> LookAsync() => new(await look(CancellationToken.None), Reading.Current?.AsOf);

    private sealed record Looked(T Seen, DateTimeOffset? AsOf);

    private sealed class Latest
    {
        public Task<Looked>? Look { get; set; }

        public long Began { get; set; }
    }
}
