namespace Brokkr.Broker.Storage;

/// <summary>
/// The marks that this broker set in the database of late. A copy of the database that has one of them has all that was committed before
/// it was set, whatever the clocks of the servers say.
/// </summary>
/// <param name="bound">After so long a mark says nothing any more.</param>
/// <param name="clock">Measures how long ago a mark was set.</param>
internal sealed class StandbyMarks(TimeSpan bound, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<StandbyMark> _marks = new();

    /// <summary>Takes note of a mark that was set after all others.</summary>
    public void Add(StandbyMark mark)
    {
        lock (_gate)
        {
            while (_marks.First is { } oldest && clock.GetElapsedTime(oldest.Value.Began) > bound)
                _marks.RemoveFirst();
            _marks.AddLast(mark);
        }
    }

    /// <summary>The newest mark that a copy has; null where that is too long ago.</summary>
    /// <param name="number">The number that stands in the copy.</param>
    public StandbyMark? Reached(long number)
    {
        lock (_gate)
        {
            for (var mark = _marks.Last; mark is not null; mark = mark.Previous)
            {
                if (mark.Value.Number <= number)
                    return clock.GetElapsedTime(mark.Value.Began) <= bound ? mark.Value : null;
            }

            return null;
        }
    }
}

/// <summary>A note that a broker made in the primary.</summary>
/// <param name="Number">Counts the broker's marks.</param>
/// <param name="At">When, by the primary's clock.</param>
/// <param name="Began">A timestamp of the broker's clock from before it was set.</param>
internal sealed record StandbyMark(long Number, DateTimeOffset At, long Began);
