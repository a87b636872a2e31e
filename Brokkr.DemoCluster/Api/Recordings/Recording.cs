using Brokkr.DemoCluster.Api.Control;

namespace Brokkr.DemoCluster.Api.Recordings;

/// <summary>A directory of the recordings' layout: <c>objects</c>, and where they exist <c>logs</c> and <c>http</c>.</summary>
internal sealed class Recording
{
    private readonly string _directory;

    private Recording(string directory) => _directory = directory;

    public IEnumerable<string> ObjectFiles => FilesIn("objects", "*.json");

    /// <summary>The recorded logs and refusals by file name, raw.</summary>
    public Dictionary<string, byte[]> ReadLogs() => FilesIn("logs", "*").ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes);

    /// <summary>Finds the recording at or below a path.</summary>
    public static Recording Open(string path)
    {
        var full = Path.GetFullPath(path);
        var candidates = new[] { Path.Combine(full, "recorded"), full };
        return candidates.FirstOrDefault(candidate => Directory.Exists(Path.Combine(candidate, "objects"))) is { } found
            ? new(found)
            : throw new RecordingException($"There are no recorded objects at {full}: name a directory that holds objects/*.json, or one "
            + "with such a directory in recorded/.");
    }

    /// <summary>A recorded exchange; where this recording has none, the one that comes with the program.</summary>
    public RecordedExchange Exchange(string name)
    {
        var own = Path.Combine(_directory, "http", name);
        return RecordedExchange.Parse(
            File.ReadAllBytes(File.Exists(own) ? own : Path.Combine(DemoClusterOptions.PackagedRecording, "http", name)));
    }

    /// <summary>
    /// Every discovery answer of this recording, the aggregated ones first; those that come with the program where it has none.
    /// </summary>
    public IEnumerable<RecordedExchange> Discovery()
    {
        var files = DiscoveryFiles(_directory);
        return (files.Count > 0 ? files : DiscoveryFiles(DemoClusterOptions.PackagedRecording))
            .Select(file => RecordedExchange.Parse(File.ReadAllBytes(file)));
    }

    private static List<string> DiscoveryFiles(string directory) =>
        [.. new Recording(directory).FilesIn("http", "*-discovery.http")
            .OrderBy(file => !file.Contains("aggregated", StringComparison.Ordinal))];

    private IEnumerable<string> FilesIn(string folder, string pattern)
    {
        var path = Path.Combine(_directory, folder);
        return Directory.Exists(path) ? Directory.EnumerateFiles(path, pattern).Order(StringComparer.Ordinal) : [];
    }
}
