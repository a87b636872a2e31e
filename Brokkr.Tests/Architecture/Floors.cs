namespace Brokkr.Tests.Architecture;

/// <summary>
/// The floors of one project from the ground up, in words: <c>Json · Kinds, Http · root</c>. A floor holds folders, single files of the root by their
/// names, the rest of the root as <c>root</c>, and <c>Cluster/*</c> for a folder with all its rooms.
/// </summary>
internal sealed class Floors(string plan)
{
    private const string Root = "root";

    private readonly string[][] _floors = [.. plan.Split('·').Select(floor => floor.Split(',', StringSplitOptions.TrimEntries))];

    /// <summary>What lies on no floor, and what is on one but not there.</summary>
    public IEnumerable<string> Unplaced(IReadOnlyList<SourceFile> files) =>
        files.Where(f => FloorOf(f) < 0).Select(f => $"{f} lies on no floor")
            .Concat(_floors.SelectMany(f => f).Where(place => !files.Any(f => PlaceOf(f) == place)).Select(place => $"there is no {place}"));

    /// <summary>The imports of something that lies higher.</summary>
    public IEnumerable<Import> Upward(IEnumerable<Import> imports) => imports.Where(i => FloorOf(i.By) < FloorOf(i.From));

    /// <summary>The imports that close a circle of places, whatever their floors; a folder with rooms is as many places as it has rooms.</summary>
    public IEnumerable<string> Circles(IReadOnlyList<Import> imports)
    {
        var edges = imports.Where(i => RoomOf(i.By) != RoomOf(i.From)).ToLookup(i => RoomOf(i.By));
        return imports.Where(i => RoomOf(i.By) != RoomOf(i.From) && Reaches(RoomOf(i.From), RoomOf(i.By))).Select(i => $"{i} in a circle");

        bool Reaches(string from, string to)
        {
            var seen = new HashSet<string> { from };
            var open = new Queue<string>(seen);
            while (open.TryDequeue(out var place))
            {
                foreach (var next in edges[place].Select(i => RoomOf(i.From)).Where(seen.Add))
                    open.Enqueue(next);
            }
            return seen.Contains(to);
        }
    }

    private int FloorOf(SourceFile file) => Array.FindIndex(_floors, floor => floor.Contains(PlaceOf(file)));

    private string RoomOf(SourceFile file) => file.Folder.Length > 0 ? file.Folder : PlaceOf(file);

    /// <summary>The name under which a file is on the list.</summary>
    private string PlaceOf(SourceFile file)
    {
        if (file.Folder.Length == 0)
            return _floors.Any(floor => floor.Contains(file.Path)) ? file.Path : Root;
        var whole = _floors.SelectMany(f => f)
            .FirstOrDefault(p => p.EndsWith("/*", StringComparison.Ordinal) && $"{file.Folder}/".StartsWith(p[..^1], StringComparison.Ordinal));
        return whole ?? file.Folder;
    }
}
