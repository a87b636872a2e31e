using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Health.Findings;

/// <summary>
/// Since when shortages last, of which no object tells the start: an input of the rules beside the clock. Each judgement notes what it saw,
/// for the one after it. Not thread-safe.
/// </summary>
internal sealed class SeenStarts
{
    private readonly Dictionary<Place, DateTimeOffset>? _before;
    private readonly Dictionary<Place, DateTimeOffset> _seen = [];

    /// <summary>Of an agent that has not looked before.</summary>
    public SeenStarts()
    {
    }

    private SeenStarts(Dictionary<Place, DateTimeOffset> before) => _before = before;

    /// <summary>What the next judgement is given.</summary>
    public SeenStarts Next() => new(_seen);

    /// <summary>Notes a shortage that is there now.</summary>
    /// <param name="of">What is short.</param>
    /// <param name="place">Where: an ordinal, a node, or a word for the whole.</param>
    /// <param name="now">The clock: when it began, where the judgement before this one did not see it.</param>
    /// <param name="told">When it began at the latest by the objects' own times, for an agent that did not see it begin.</param>
    public DateTimeOffset? Of(ResourceId of, string place, DateTimeOffset now, DateTimeOffset? told)
    {
        var key = new Place(of, place);
        var start = _before is null ? told : _before.TryGetValue(key, out var known) ? known : now;
        if (start is { } began)
            _seen[key] = began;
        return start;
    }

    /// <summary>The places of an object that were short when it was judged last.</summary>
    public IReadOnlyList<string> Before(ResourceId of) =>
        _before is null ? [] : [.. _before.Keys.Where(k => k.Object == of).Select(k => k.Name)];

    private readonly record struct Place(ResourceId Object, string Name);
}
