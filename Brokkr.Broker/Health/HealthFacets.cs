namespace Brokkr.Broker.Health;

/// <summary>How many rows the values of the filters have.</summary>
/// <param name="Counts">The counts of every filter, most rows first.</param>
internal sealed record HealthFacets(IReadOnlyList<FacetRow> Counts)
{
    /// <summary>More rows than these are not counted.</summary>
    public const int MostRows = 100_000;

    public Wire.HealthFacets ToWire() => new()
    {
        Conditions = { Of(FacetRow.Condition) },
        Stacks = { Of(FacetRow.Stack) },
        Agents = { Of(FacetRow.Agent) },
        AtLeast = Counts.Any(c => c.Seen > MostRows),
    };

    private IEnumerable<Wire.FacetCount> Of(string filter) =>
        Counts.Where(c => c.Filter == filter).Select(c => new Wire.FacetCount { Value = c.Value, Name = c.Name, Count = c.Count });
}

/// <summary>How many rows one value of a filter has.</summary>
internal sealed class FacetRow
{
    public const string Condition = "condition";
    public const string Stack = "stack";
    public const string Agent = "agent";

    /// <summary>One of the words above.</summary>
    public string Filter { get; set; } = "";

    public string Value { get; set; } = "";

    public string Name { get; set; } = "";

    public int Count { get; set; }

    /// <summary>How many rows were looked at.</summary>
    public int Seen { get; set; }
}
