
namespace Brokkr.Bench.Stage;

/// <summary>Where the project's programs lie that are measured, and ports for them.</summary>
internal static class Programs
{
    /// <summary>Above this program's own directory.</summary>
    public static string Repository { get; } = FindRepository();

    public static string Broker { get; } = PathOf("Brokkr.Broker", "brokkr-broker");

    public static string Agent { get; } = PathOf("Brokkr.Agent", "brokkr-agent");

    public static string Command { get; } = PathOf("Brokkr.Cli", "brokkr");

    public static string Cluster { get; } = PathOf("Brokkr.DemoCluster", "brokkr-demo");

    /// <summary>The system's browser.</summary>
    public static string Chromium =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(d => Path.Combine(d, "chromium")).FirstOrDefault(File.Exists)
        ?? throw new BenchException("chromium is needed: install it (on Debian: apt-get install chromium).");

    /// <summary>The program in its own folder, as it was built with this one: beside this one lie the libraries of all.</summary>
    private static string PathOf(string project, string program) => Path.Combine(
        Repository, project, Path.GetRelativePath(Path.Combine(Repository, "Brokkr.Bench"), AppContext.BaseDirectory), $"{program}.dll");

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Brokkr.sln")))
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new BenchException($"There is no Brokkr.sln above {AppContext.BaseDirectory}: the benchmark runs in the repository.");
    }
}

/// <summary>The benchmark cannot go on; the message says why.</summary>
internal sealed class BenchException(string message) : Exception(message);
