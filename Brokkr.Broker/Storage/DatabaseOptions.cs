using System.ComponentModel.DataAnnotations;
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

    /// <summary>The same for a standby that answers what readers ask; empty: the primary does. Holds a secret: never logged.</summary>
    public string ReadConnectionString { get; set; } = "";

    /// <summary>How old what the standby answers may be, in seconds; beyond it the primary is asked.</summary>
    [Range(2, 3600)]
    public int ReadLagSeconds { get; set; } = 10;
}
