using Brokkr.Broker.Ui.Parts;

namespace Brokkr.Broker.Ui.Shell;

/// <summary>A part of the console that the head of every page leads to.</summary>
/// <param name="Path">Its first page; every page of the section lies at it or below.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Key">The letter that leads there after <c>g</c>.</param>
public sealed record Section(string Path, string Title, char Key)
{
    /// <summary>In the order in which they are shown.</summary>
    public static readonly IReadOnlyList<Section> All =
    [
        new("/ui", "Fleet", 'f'), new("/ui/objects", "Objects", 'o'),
        new("/ui/clusters", "Clusters", 'c'),
        new("/ui/stacks", "Stacks", 's'),
        new("/ui/alerts", "Alerts", 'l'),
        new("/ui/admin", "Access", 'a'),
    ];

    /// <summary>Whether a page belongs to it. Pure.</summary>
    public bool Holds(string path) => path.Split('?')[0] is var page
        && (page == Path || (Path != ConsolePaths.Root && page.StartsWith($"{Path}/", StringComparison.Ordinal)));
}
