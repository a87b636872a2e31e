using Brokkr.Broker.Storage;
using Brokkr.Tests.Processes;

namespace Brokkr.Tests.Broker.Storage;

/// <summary>A server and one that follows it by streaming replication.</summary>
public sealed class ReplicaPair : IAsyncLifetime, IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-pair-").FullName;

    internal ReplicaServer First { get; private set; } = null!;

    internal ReplicaServer Copy { get; private set; } = null!;

    internal static async Task<ReplicaPair> StartAsync()
    {
        var pair = new ReplicaPair();
        await pair.InitializeAsync();
        return pair;
    }

    public async Task InitializeAsync()
    {
        File.SetUnixFileMode(_directory, (UnixFileMode)0b111_101_101);
        if (Environment.IsPrivilegedProcess)
            ServerProcess.Own(_directory);
        First = await ReplicaServer.StartFirstAsync(_directory);
        Copy = await First.StartCopyAsync(_directory);
    }

    /// <summary>Makes an empty database, which the copy has too.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Guid.NewGuid():N}";
        await First.SqlAsync($"CREATE DATABASE {name}");
        await Eventually.IsAsync("the copy has the database",
            async () => await Copy.SqlAsync($"SELECT COUNT(*) FROM pg_database WHERE datname = '{name}'") is 1L);
        return name;
    }

    /// <summary>From now on the copy learns nothing.</summary>
    public async Task PauseAsync()
    {
        await Copy.SqlAsync("SELECT pg_wal_replay_pause()");
        await Eventually.IsAsync("the copy stands still", async () => await Copy.SqlAsync("SELECT pg_get_wal_replay_pause_state()") is "paused");
    }

    public Task ResumeAsync() => Copy.SqlAsync("SELECT pg_wal_replay_resume()");

    /// <summary>From now on a commit is acknowledged when the copy has it too.</summary>
    public async Task CommitOnBothAsync()
    {
        await First.SqlAsync("ALTER SYSTEM SET synchronous_standby_names = '*'");
        await First.SqlAsync("SELECT pg_reload_conf()");
        await Eventually.IsAsync("commits wait for the copy",
            async () => await First.SqlAsync("SELECT COUNT(*) FROM pg_stat_replication WHERE sync_state = 'sync'") is 1L);
    }

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    public async Task DisposeAsync()
    {
        await Copy.DisposeAsync();
        await First.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
