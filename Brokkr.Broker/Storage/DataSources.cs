using Npgsql;

namespace Brokkr.Broker.Storage;

/// <summary>Makes the data source of a connection string: one server, or several of which the primary is found.</summary>
internal static class DataSources
{
    /// <summary>What metrics and traces call the database.</summary>
    private const string SourceName = "broker";

    private const string Setting = "broker.database.connection_string";
    private const string ListenSetting = "broker.database.listen_connection_string";
    private const string ReadSetting = "broker.database.read_connection_string";

    /// <summary>
    /// What holds where the connection string says nothing: a database that went away is noticed and found again within 10 s.
    /// </summary>
    private static readonly Dictionary<string, object> Defaults = new()
    {
        ["Application Name"] = "brokkr-broker",
        ["Timeout"] = 5,
        ["Command Timeout"] = 10,
        // PostgreSQL calls a commit done whose wait for the synchronous standby is cancelled: nobody is to hear of that.
        ["Cancellation Timeout"] = -1,
        ["Host Recheck Seconds"] = 2,
        // Two brokers fit into what PostgreSQL allows from the start, which is 100 for everybody.
        ["Maximum Pool Size"] = 40,
        // Asking for it takes a library that images without Kerberos lack, which says so on the error stream.
        ["GSS Encryption Mode"] = GssEncryptionMode.Disable,
        ["Max Auto Prepare"] = 100,
        ["Auto Prepare Min Usages"] = 3,
    };

    /// <summary>The same for servers reached over TCP; a Unix socket refuses these.</summary>
    private static readonly Dictionary<string, object> TcpDefaults = new()
    {
        ["Tcp Keepalive"] = true,
        ["Tcp Keepalive Time"] = 5,
        ["Tcp Keepalive Interval"] = 1,
    };

    /// <summary>For stores: what is asked for often is prepared.</summary>
    /// <exception cref="StartException">The connection string asks for a server that takes no writes.</exception>
    public static NpgsqlDataSource Create(string connectionString) => Create(new(connectionString), SourceName, Setting);

    /// <summary>The same, and nothing is prepared.</summary>
    public static NpgsqlDataSource CreatePlain(string connectionString) =>
        Create(new(connectionString) { MaxAutoPrepare = 0 }, $"{SourceName}-plain", Setting);

    /// <summary>One connection beside all others: whether the database answers does not depend on what those wait for.</summary>
    public static NpgsqlDataSource CreateForProbes(DatabaseOptions options) =>
        CreateSingle(options.ConnectionString, "probes", Setting);

    /// <summary>One connection, to the database itself where a setting names it.</summary>
    /// <exception cref="StartException">The connection string asks for a server that takes no writes, nor listens.</exception>
    public static NpgsqlDataSource CreateForListening(DatabaseOptions options) => options.ListenConnectionString is { Length: > 0 } apart
        ? CreateSingle(apart, "listening", ListenSetting)
        : CreateSingle(options.ConnectionString, "listening", Setting);

    /// <summary>For what a standby answers. Nothing is prepared unless the string says how many: a pooler may stand before it.</summary>
    /// <exception cref="StartException">The connection string asks for a server that takes writes.</exception>
    public static NpgsqlDataSource CreateForReading(DatabaseOptions options)
    {
        var settings = new NpgsqlConnectionStringBuilder(options.ReadConnectionString);
        if (!SaysWhatIsPrepared(options.ReadConnectionString))
            settings.MaxAutoPrepare = 0;
        return Create(settings, $"{SourceName}-standby", ReadSetting);
    }

    /// <summary>One connection to the primary, which shows how far a standby follows.</summary>
    public static NpgsqlDataSource CreateForMarks(DatabaseOptions options) => CreateSingle(options.ConnectionString, "marks", Setting);

    /// <summary>One connection to the standby, by which it is looked at.</summary>
    public static NpgsqlDataSource CreateForStandbyLooks(DatabaseOptions options) =>
        CreateSingle(options.ReadConnectionString, "standby-looks", ReadSetting);

    /// <summary>Whether statements are to be prepared is not for the broker to find.</summary>
    public static bool SaysWhatIsPrepared(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString).ShouldSerialize("Max Auto Prepare");

    private static NpgsqlDataSource CreateSingle(string connectionString, string name, string setting) => Create(
        new(connectionString) { MinPoolSize = 0, MaxPoolSize = 1, Timeout = 5, CommandTimeout = 5, MaxAutoPrepare = 0 },
        $"{SourceName}-{name}", setting);

    private static NpgsqlDataSource Create(NpgsqlConnectionStringBuilder settings, string name, string setting)
    {
        var isSocket = settings.Host?.StartsWith('/') == true;
        foreach (var (key, value) in (isSocket ? Defaults : Defaults.Concat(TcpDefaults)).Where(d => !settings.ShouldSerialize(d.Key)))
            settings[key] = value;
        var target = TargetOf(settings, setting);
        settings.TargetSessionAttributes = null;
        // Without a name of its own the source is known by its connection string, which metrics and traces would show to anyone.
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name };
        return target is null ? builder.Build() : builder.BuildMultiHost().WithTargetSession(target.Value);
    }

    /// <summary>Host and port of each server, or the directory of a socket: what may be shown of a connection string.</summary>
    public static string AddressOf(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        return string.Join(',', (settings.Host ?? "").Split(',')
            .Select(h => h.Contains(':', StringComparison.Ordinal) || h.StartsWith('/') ? h : $"{h}:{settings.Port}"));
    }

    /// <summary>
    /// Which server is meant: what the string says; where it names several and says nothing, the primary, or a standby for what one may
    /// answer; null where there is no choice.
    /// </summary>
    private static TargetSessionAttributes? TargetOf(NpgsqlConnectionStringBuilder settings, string setting) =>
        (settings.TargetSessionAttributes?.ToLowerInvariant(), setting == ReadSetting) switch
        {
            ("any", _) => TargetSessionAttributes.Any,
            ("read-write", false) => TargetSessionAttributes.ReadWrite,
            ("primary", false) => TargetSessionAttributes.Primary,
            ("prefer-primary", false) => TargetSessionAttributes.PreferPrimary,
            ("read-only", true) => TargetSessionAttributes.ReadOnly,
            ("standby", true) => TargetSessionAttributes.Standby,
            ("prefer-standby", true) => TargetSessionAttributes.PreferStandby,
            (null, var isForReading) => settings.Host?.Contains(',', StringComparison.Ordinal) != true ? null
                : isForReading ? TargetSessionAttributes.PreferStandby : TargetSessionAttributes.Primary,
            (var other, false) => throw new StartException(
                $"{setting}: Target Session Attributes is {other}, but the broker writes: say primary, read-write, "
                + "prefer-primary or any."),
            (var other, true) => throw new StartException(
                $"{setting}: Target Session Attributes is {other}, but it is for reads alone: say standby, prefer-standby, "
                + "read-only or any."),
        };
}
