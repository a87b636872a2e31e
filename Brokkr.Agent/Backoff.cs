namespace Brokkr.Agent;

/// <summary>How long to wait after a failure: longer each time up to a limit, and never quite as long as the others wait.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest)
{
    private TimeSpan? _next;

    public void Reset() => _next = null;

    /// <summary>Between half and all of the pause, so that many do not come back at once.</summary>
    /// <param name="limit">Stands in for the longest pause.</param>
    /// <param name="asked">How long the server asks to be left alone; the pause is longer than that.</param>
    public TimeSpan Next(TimeSpan? limit = null, TimeSpan? asked = null)
    {
        var longer = _next ?? first;
        _next = longer * 2 < (limit ?? longest) ? longer * 2 : limit ?? longest;
        var pause = Jittered(longer, 0.5);
        return asked is { } after && after + (pause / 2) > pause ? after + (pause / 2) : pause;
    }

    /// <summary>A time shortened by up to this fraction.</summary>
    public static TimeSpan Jittered(TimeSpan time, double fraction) => time * (1 - (fraction * Random.Shared.NextDouble()));
}
