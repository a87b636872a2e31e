namespace Brokkr.Broker.Auth;

/// <summary>What Auth logs. Event ids 1200-1299; no key ever.</summary>
internal static partial class AuthLog
{
    [LoggerMessage(EventId = 1200, Level = LogLevel.Information, Message = "The first admin PAK is in {Path}")]
    public static partial void AdminPakWritten(ILogger logger, string path);

    [LoggerMessage(EventId = 1201, Level = LogLevel.Information,
        Message = "Forgot {Events} audit events and {Keys} keys whose time was over")]
    public static partial void Swept(ILogger logger, int events, int keys);

    [LoggerMessage(EventId = 1202, Level = LogLevel.Warning,
        Message = "The admin PAK in {Path} was revoked, has expired, or bears the identifier of another: it is not in force")]
    public static partial void BootstrapPakNotInForce(ILogger logger, string path);

    [LoggerMessage(EventId = 1203, Level = LogLevel.Warning,
        Message = "Refused a call from {Address}: its key ({Key}) is {Reason}. {Untold} more were not told since the line before")]
    public static partial void Refused(ILogger logger, string address, string key, string reason, long untold);
}
