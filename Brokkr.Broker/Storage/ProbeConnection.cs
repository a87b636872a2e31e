using Npgsql;

namespace Brokkr.Broker.Storage;

/// <summary>The connection by which probes ask whether the database answers.</summary>
internal sealed class ProbeConnection(DatabaseOptions options) : IAsyncDisposable
{
    public NpgsqlDataSource Database { get; } = DataSources.CreateForProbes(options.ConnectionString);

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
