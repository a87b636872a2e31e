using System.Diagnostics;
using System.Globalization;

namespace Brokkr.Broker.Storage;

/// <summary>Finds the system's PostgreSQL server binaries.</summary>
internal static class PostgresBinaries
{
    private const int OldestVersion = 15;
    private const string PackagedVersions = "/usr/lib/postgresql";

    /// <summary>The directory of <c>initdb</c> and <c>postgres</c>: of the version that made the data, or of the newest there is.</summary>
    /// <param name="version">The major version that made the data; null where there is none yet.</param>
    /// <param name="data">Where the data is.</param>
    /// <exception cref="EmbeddedPostgresException">There is none; says what to do.</exception>
    public static string Find(string? version, string data) =>
        Find(version, data, PackagedVersions, Environment.GetEnvironmentVariable("PATH") ?? "");

    internal static string Find(string? version, string data, string packagedVersions, string path)
    {
        var found = Installed(packagedVersions, path).Where(i => i.Version >= OldestVersion).ToList();
        if (version is null)
        {
            return found.FirstOrDefault().Path ?? throw new EmbeddedPostgresException(
                $"PostgreSQL {OldestVersion} or later is not installed: run 'apt-get install postgresql', or name a database in "
                + "broker.database.connection_string.");
        }

        return found.FirstOrDefault(i => $"{i.Version}" == version).Path ?? throw new EmbeddedPostgresException(
            $"The data in {data} was made by PostgreSQL {version}, which is not installed (there is "
            + $"{(found.Count == 0 ? "none" : string.Join(", ", found.Select(i => i.Version).Distinct()))}): run 'apt-get install "
            + $"postgresql-{version}', or bring the data to another version as docs/operations.md says under The embedded PostgreSQL.");
    }

    /// <summary>The packaged ones, newest first, then what is on the path.</summary>
    private static IEnumerable<(string Path, int Version)> Installed(string packagedVersions, string path)
    {
        var packaged = Directory.Exists(packagedVersions)
            ? Directory.GetDirectories(packagedVersions).Select(d => (Path: Path.Combine(d, "bin"), Version: Number(Path.GetFileName(d))))
                .OrderByDescending(d => d.Version)
            : Enumerable.Empty<(string Path, int Version)>();
        var onPath = path.Split(':', StringSplitOptions.RemoveEmptyEntries).Where(IsWhole).Select(d => (d, VersionOf(d)));
        return packaged.Where(i => IsWhole(i.Path)).Concat(onPath);
    }

    private static bool IsWhole(string directory) =>
        File.Exists(Path.Combine(directory, "initdb")) && File.Exists(Path.Combine(directory, "postgres"));

    /// <summary>As in <c>postgres (PostgreSQL) 15.4 (Debian 15.4-1)</c>.</summary>
    private static int VersionOf(string directory)
    {
        try
        {
            var start = new ProcessStartInfo(Path.Combine(directory, "postgres"), "--version") { RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            var words = process.StandardOutput.ReadToEnd().Split(' ');
            return words.Length > 2 ? Number(new([.. words[2].TakeWhile(char.IsAsciiDigit)])) : 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return 0;
        }
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}

/// <summary>The embedded PostgreSQL cannot run; the message says what to do.</summary>
internal sealed class EmbeddedPostgresException(string message) : Exception(message);
