using Npgsql;

namespace Brokkr.Broker.Storage;

/// <summary>Tells what a failure of the database means. Pure.</summary>
internal static class DatabaseFailure
{
    /// <summary>
    /// The database is away, busy, starting, stopping, or not the primary any more: the same call may succeed in a moment.
    /// </summary>
    public static bool IsTransient(Exception e) => IsUndone(e) || e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.QueryCanceled } => true,
        // So PgBouncer says that it cannot have the server.
        PostgresException { SqlState: PostgresErrorCodes.ProtocolViolation } => true,
        // It lacks room, memory or connections, or its machine fails it.
        PostgresException { SqlState: ['5', '3' or '8', ..] } => true,
        NpgsqlException { IsTransient: true } or TimeoutException => true,
        // Of several servers none could be had: for the time being, where at least one of them failed in passing, or none is the primary
        // now.
        NpgsqlException { InnerException: AggregateException each } => each.InnerExceptions.Any(IsTransient),
        NpgsqlException { InnerException: null } => e is not PostgresException,
        // A connection that breaks while a transaction is given up hides the first failure behind one of its own.
        NpgsqlException { InnerException: IOException or System.Net.Sockets.SocketException or TimeoutException } => true,
        _ => false,
    };

    /// <summary>
    /// The database gave the transaction up and applied nothing of it, since it met another or a session that lacks what was prepared: to
    /// be run again at once.
    /// </summary>
    public static bool IsUndone(Exception e) => IsOfPrepared(e)
        || e is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };

    /// <summary>
    /// What the call refers to went, or what it adds came, at the same moment by another call: run again it finds that out, and says it.
    /// </summary>
    public static bool IsOvertaken(Exception e) => e is PostgresException
    {
        SqlState: PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.UniqueViolation
    };

    /// <summary>
    /// The session does not know a statement that was prepared, or knows another of that name: it is not the one in which that was done.
    /// </summary>
    public static bool IsOfPrepared(Exception e) => e is PostgresException
    {
        SqlState: PostgresErrorCodes.InvalidSqlStatementName or PostgresErrorCodes.DuplicatePreparedStatement
    };
}
