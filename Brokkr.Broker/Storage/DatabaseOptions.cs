using Brokkr.Contracts.Configuration;

namespace Brokkr.Broker.Storage;

/// <summary>Settings of the database, from the section <c>[broker.database]</c>.</summary>
internal sealed class DatabaseOptions : OptionsSection
{
    /// <summary>An Npgsql connection string; empty starts an embedded PostgreSQL. Holds a secret: never logged.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// The same for notifications alone, past a pooler that lets none through; empty: by <see cref="ConnectionString"/>. Holds a secret:
    /// never logged.
    /// </summary>
    public string ListenConnectionString { get; set; } = "";
}
