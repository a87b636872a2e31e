namespace Brokkr.Bench.Results;

/// <summary>The figures of one measurement: a row per property, a column per case.</summary>
internal sealed class FigureTable(string part, string title)
{
    private readonly List<Figure> _figures = [];

    public string Part { get; } = part;

    public string Title { get; } = title;

    public IReadOnlyList<Figure> Figures => _figures;

    public IReadOnlyList<string> Cases => [.. _figures.Select(f => f.Case).Distinct()];

    public IReadOnlyList<(string Name, string Unit)> Rows => [.. _figures.Select(f => (f.Name, f.Unit)).Distinct()];

    public void Add(string @case, string name, string unit, double value, Target? target = null) =>
        _figures.Add(new(@case, name, unit, value, target));

    public Figure? Find(string @case, string name) => _figures.Find(f => f.Case == @case && f.Name == name);

    /// <summary>The heading of a row.</summary>
    public static string Heading((string Name, string Unit) row) => row.Unit.Length == 0 ? row.Name : $"{row.Name}, {row.Unit}";

    /// <summary>What a row should be, and whether it is; with the cases where that does not go for all.</summary>
    public string Verdict((string Name, string Unit) row)
    {
        var verdicts = _figures.Where(f => (f.Name, f.Unit) == row && f.Target is not null)
            .GroupBy(f => $"{f.Target} {(f.IsMet ? "met" : "missed")}", f => f.Case).ToList();
        return string.Join("; ",
            verdicts.Select(v => v.Count() == Cases.Count || Cases.Count == 1 ? v.Key : $"{v.Key} ({string.Join("; ", v)})"));
    }
}
