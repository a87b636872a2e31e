using System.Globalization;

namespace Brokkr.Bench.Results;

/// <summary>What a figure should be.</summary>
/// <param name="Limit">In the figure's unit.</param>
/// <param name="AtLeast">Whether more is better.</param>
internal sealed record Target(double Limit, bool AtLeast = false)
{
    public bool IsMetBy(double value) => AtLeast ? value >= Limit : value <= Limit;

    public override string ToString() => $"{(AtLeast ? "≥" : "≤")} {Limit.ToString("#,0.###", CultureInfo.InvariantCulture)}";
}

/// <summary>One figure that was measured.</summary>
/// <param name="Case">What was measured, the column: <c>5,000 pods</c>.</param>
/// <param name="Name">Which property of it, the row: <c>memory at the peak</c>.</param>
/// <param name="Unit">As in <c>ms</c>; empty for counts.</param>
/// <param name="Value">How much.</param>
/// <param name="Target">What it should be, where that is fixed.</param>
internal sealed record Figure(string Case, string Name, string Unit, double Value, Target? Target = null)
{
    public bool IsMet => Target?.IsMetBy(Value) ?? true;

    /// <summary>Three digits say all that such a measurement knows.</summary>
    public string Text => Value switch
    {
        _ when Value == Math.Truncate(Value) => Value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 100 => Value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => Value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 1 => Value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => Value.ToString("0.000", CultureInfo.InvariantCulture),
    };
}
