using System.Security.Cryptography;
using System.Text;

namespace Brokkr.Broker.Storage;

/// <summary>
/// What the embedded PostgreSQL has on the disk, each in a directory that only its user may enter: data, sockets, log; and the lock of the
/// one broker that uses them.
/// </summary>
internal sealed class PostgresDirectory : IDisposable
{
    /// <summary>Socket paths beyond about 100 bytes do not work.</summary>
    private const int MaxSocketDirectory = 80;

    private readonly FileStream _lock;

    /// <summary>Makes the directories and takes the lock.</summary>
    /// <exception cref="EmbeddedPostgresException">Another broker uses them, or there is no user for the server.</exception>
    public PostgresDirectory(string dataDir)
    {
        Data = DataOf(dataDir);
        Sockets = Data.Length <= MaxSocketDirectory
            ? Beside("socket")
            : Path.Combine(Path.GetTempPath(), $"brokkr-{Environment.UserName}-{Digest(Data)}");
        Log = Beside("postgres-log");
        foreach (var directory in new[] { Sockets, Log })
            MakePrivate(directory);
        _lock = Lock(Beside("broker.lock"));
    }

    public string Data { get; }

    public string Sockets { get; }

    public string Log { get; }

    /// <summary>The file in which the server that runs on the data says who it is.</summary>
    public string PidFile => Path.Combine(Data, "postmaster.pid");

    /// <summary>The major version of PostgreSQL that made the data; null where there is none yet.</summary>
    public string? Version => IsWhole(Data) ? File.ReadAllText(Path.Combine(Data, "PG_VERSION")).Trim() : null;

    /// <summary>
    /// Where the data of a data directory lies: within it, or, where the server's user cannot reach it, under /var/lib/brokkr.
    /// </summary>
    public static string DataOf(string dataDir)
    {
        var full = Path.GetFullPath(dataDir);
        return !Environment.IsPrivilegedProcess || IsReachable(full)
            ? Path.Combine(full, "postgres")
            : $"/var/lib/brokkr/{Digest(full)}/postgres";
    }

    /// <summary>
    /// Has the data made where there is none: beside its place, where it is put once it is whole. What an attempt left that was broken off
    /// is made anew; what stands in the data's place and never was whole is set aside and kept.
    /// </summary>
    public async Task MakeDataAsync(Func<string, Task> initialize, ILogger log)
    {
        if (Version is not null)
            return;
        if (Directory.Exists(Data))
        {
            if (Directory.EnumerateFileSystemEntries(Data).Any())
            {
                var aside = Beside($"postgres.incomplete-{Guid.NewGuid():N}");
                Directory.Move(Data, aside);
                EmbeddedPostgresLog.SetAside(log, aside);
            }
            else
            {
                Directory.Delete(Data);
            }
        }

        var draft = Beside("postgres.new");
        if (Directory.Exists(draft))
            Directory.Delete(draft, recursive: true);
        MakePrivate(draft);
        await initialize(draft);
        Directory.Move(draft, Data);
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>PostgreSQL writes the control file late; without it there never was a database in the directory.</summary>
    private static bool IsWhole(string data) =>
        File.Exists(Path.Combine(data, "PG_VERSION")) && File.Exists(Path.Combine(data, "global", "pg_control"));

    private string Beside(string name) => Path.Combine(Path.GetDirectoryName(Data)!, name);

    /// <summary>
    /// One broker per data directory: without this a second one would take over the first one's server, and stop it when it ends.
    /// The lock ends with the process, however that ends.
    /// </summary>
    private static FileStream Lock(string path)
    {
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedPostgresException(
                $"The data directory {Path.GetDirectoryName(path)} is used by another broker (or belongs to another user): stop that "
                + "one, set broker.data_dir to another directory, or give both one database with broker.database.connection_string.");
        }
    }

    private static void MakePrivate(string directory)
    {
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(Path.GetDirectoryName(directory)!);
        Directory.CreateDirectory(directory, owner);
        if (Environment.IsPrivilegedProcess)
            ServerProcess.Own(directory);
        // Fails where somebody else made the directory before us.
        File.SetUnixFileMode(directory, owner);
    }

    /// <summary>Whether any user may walk down to a directory, as far as it exists.</summary>
    private static bool IsReachable(string directory)
    {
        for (var at = new DirectoryInfo(directory); at is not null; at = at.Parent)
        {
            if (at.Exists && !at.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return false;
        }

        return true;
    }

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
}
