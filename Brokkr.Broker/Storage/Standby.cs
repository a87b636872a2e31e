using System.Data.Common;
using LinqToDB;
using LinqToDB.Interceptors;
using Npgsql;

namespace Brokkr.Broker.Storage;

/// <summary>
/// A copy of the database that follows the primary, or several behind one name: each connection is asked how far it follows before
/// anything is read from it. Whether a call reads it is not for it to say.
/// </summary>
internal sealed class Standby : ConnectionInterceptor, IAsyncDisposable
{
    private const int Patience = 2;

    private readonly StandbyMarks _marks;
    private readonly NpgsqlDataSource? _database;
    private readonly DataOptions? _settings;
    private volatile bool _follows;

    public Standby(DatabaseOptions options, TimeProvider clock)
    {
        _marks = new(TimeSpan.FromSeconds(options.ReadLagSeconds), clock);
        if (options.ReadConnectionString.Length == 0)
            return;
        _database = DataSources.CreateForReading(options);
        _settings = BrokerDb.OptionsFor(_database).UseInterceptor(this);
    }

    /// <summary>Tells the marks of this broker from those of others.</summary>
    public Guid Broker { get; } = Guid.NewGuid();

    /// <summary>Whether there is one at all.</summary>
    public bool IsSet => _database is not null;

    /// <summary>Whether it followed closely enough when it was last looked at.</summary>
    public bool Follows
    {
        get => _follows;
        set => _follows = value;
    }

    /// <summary>What failed was the standby: the primary may be asked instead.</summary>
    public static bool IsFailure(Exception e) => e is StandbyBehindException or NpgsqlException or TimeoutException;

    /// <summary>A connection for a <see cref="Reading"/>.</summary>
    public BrokerDb Open() => new(_settings!);

    public void Add(StandbyMark mark) => _marks.Add(mark);

    /// <summary>The newest mark that has reached the server at the other end; null where that is too long ago.</summary>
    public async Task<StandbyMark?> ReachedAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var ask = new NpgsqlCommand("SELECT number FROM standby_marks WHERE broker = $1", connection)
        {
            CommandTimeout = Patience,
            Parameters = { new() { Value = Broker } },
        };
        return await ask.ExecuteScalarAsync(ct) is long number ? _marks.Reached(number) : null;
    }

    public override async Task ConnectionOpenedAsync(
        ConnectionEventData eventData, DbConnection connection, CancellationToken cancellationToken)
    {
        var mark = await ReachedAsync((NpgsqlConnection)connection, cancellationToken) ?? throw new StandbyBehindException();
        Reading.Current!.Note(mark.At);
    }

    public override void ConnectionOpened(ConnectionEventData eventData, DbConnection connection) =>
        throw new NotSupportedException("Connections are opened asynchronously.");

    public ValueTask DisposeAsync() => _database?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>The server that a connection leads to does not know enough of what was committed lately.</summary>
internal sealed class StandbyBehindException : Exception;
