using System.Text.Json;

namespace Brokkr.Bench.Results;

/// <summary>The figures for programs.</summary>
internal static class FigureFile
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static void Write(string path, IEnumerable<FigureTable> tables, string stamp) =>
        File.WriteAllText(path, JsonSerializer.Serialize(
        new
        {
            Measured = stamp,
            Figures = tables.SelectMany(t => t.Figures.Select(f => new
            {
                t.Part,
                f.Case,
                f.Name,
                f.Unit,
                f.Value,
                Target = f.Target?.ToString(),
                Met = f.Target is null ? (bool?)null : f.IsMet,
            })),
        },
        Indented));
}
