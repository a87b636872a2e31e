namespace Brokkr.Broker.Rest;

/// <summary>What Rest logs. Event ids 1100-1199.</summary>
internal static partial class RestLog
{
    [LoggerMessage(EventId = 1100, Level = LogLevel.Error,
        Message = "A call failed; its caller was told the correlation id {CorrelationId}")]
    public static partial void Failed(ILogger logger, Exception exception, string correlationId);

    [LoggerMessage(EventId = 1101, Level = LogLevel.Debug,
        Message = "The database does not answer; the correlation id of the call is {CorrelationId}")]
    public static partial void DatabaseAway(ILogger logger, string correlationId);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Warning,
        Message = "What a call is about changed each time it was run ({Constraint}); the correlation id of the call is {CorrelationId}")]
    public static partial void Overtaken(ILogger logger, string constraint, string correlationId);

    [LoggerMessage(EventId = 1120, Level = LogLevel.Information,
        Message = "The database undid a call that met another ({SqlState}); it is run again")]
    public static partial void RunAgain(ILogger logger, string sqlState);
}
