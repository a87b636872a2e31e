using Brokkr.Broker.Fleet;

namespace Brokkr.Broker.Health;

/// <summary>
/// What the words of a filter stand for at the moment of a query: by it the planner finds rows through an index instead of looking at each.
/// </summary>
internal sealed record FilterWords
{
    public static readonly FilterWords None = new();

    /// <summary>The names that hold the text; null where there are so many that looking at each row is no dearer.</summary>
    public string[]? Names { get; init; }

    /// <summary>The stacks whose name holds the text.</summary>
    public Guid[] Stacks { get; init; } = [];

    /// <summary>The agents whose name holds the text.</summary>
    public Guid[] Agents { get; init; } = [];

    /// <summary>
    /// The agents of which something may be as the filter asks by one of the broker's own words; of no other one anything is.
    /// </summary>
    public Guid[] Unsettled { get; init; } = [];

    /// <summary>
    /// How many rows of each status the whole fleet has, where nothing but statuses is asked for and they came to light by the way.
    /// </summary>
    public StatusCounts? Counts { get; init; }

    /// <summary>How many rows the whole fleet has.</summary>
    public long Total { get; init; }
}
