using Npgsql;

namespace Brokkr.Broker.Storage;

/// <summary>Tells what a failure of the database means. Pure.</summary>
internal static class DatabaseFailure
{
    /// <summary>
    /// The database is away, busy, starting, stopping, or not the primary any more: the same call may succeed in a moment.
    /// </summary>
    public static bool IsTransient(Exception e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.QueryCanceled } => true,
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

    /// <summary>The database gave the transaction up and applied nothing of it, since it met another: to be run again at once.</summary>
    public static bool IsUndone(Exception e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };
}
