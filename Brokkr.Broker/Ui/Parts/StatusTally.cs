namespace Brokkr.Broker.Ui.Parts;

/// <summary>How many of something have a status.</summary>
/// <param name="Status">The status.</param>
/// <param name="Number">How many have it.</param>
public sealed record StatusTally(string Status, int Number)
{
    /// <summary>Every status, worst first. Pure.</summary>
    public static IReadOnlyList<StatusTally> All(Wire.HealthCounts counts) =>
    [
        new("failing", counts.Failing), new("degraded", counts.Degraded), new("unknown", counts.Unknown), new("healthy", counts.Healthy),
    ];

    /// <summary>Those that any have, worst first. Pure.</summary>
    public static IReadOnlyList<StatusTally> Of(Wire.HealthCounts counts) => [.. All(counts).Where(c => c.Number > 0)];

    /// <summary>Some of them in words, as in <c>1 failing, 4 healthy</c>. Pure.</summary>
    public static string Said(IEnumerable<StatusTally> counts) => string.Join(", ", counts.Select(c => $"{c.Number} {c.Status}"));
}
