using System.Globalization;

namespace Brokkr.Broker.Storage;

/// <summary>Finds the system's PostgreSQL server binaries.</summary>
internal static class PostgresBinaries
{
    private const int OldestVersion = 15;
    private const string PackagedVersions = "/usr/lib/postgresql";

    /// <summary>The directory of <c>initdb</c> and <c>postgres</c>, of the newest version there is.</summary>
    /// <exception cref="EmbeddedPostgresException">There is none; says what to do.</exception>
    public static string Find()
    {
        var packaged = Directory.Exists(PackagedVersions)
            ? Directory.GetDirectories(PackagedVersions)
                .Select(d =>
                (Path: Path.Combine(d, "bin"), Version: int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var v) ? v : 0))
                .Where(d => d.Version >= OldestVersion).OrderByDescending(d => d.Version).Select(d => d.Path)
            : [];
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return packaged.Concat(onPath).FirstOrDefault(d =>
            File.Exists(Path.Combine(d, "initdb")) && File.Exists(Path.Combine(d, "postgres")))
            ?? throw new EmbeddedPostgresException(
                $"PostgreSQL {OldestVersion} or later is not installed: run 'apt-get install postgresql', or name a database in "
                + "broker.database.connection_string.");
    }
}

/// <summary>The embedded PostgreSQL cannot run; the message says what to do.</summary>
internal sealed class EmbeddedPostgresException(string message) : Exception(message);
