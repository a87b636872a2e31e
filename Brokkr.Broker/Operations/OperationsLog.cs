namespace Brokkr.Broker.Operations;

/// <summary>What Operations logs. Event ids 1600-1699.</summary>
internal static partial class OperationsLog
{
    [LoggerMessage(EventId = 1600, Level = LogLevel.Information, Message = "New connections get the new certificate, valid until {Until}")]
    public static partial void CertificateTaken(ILogger logger, string until);

    [LoggerMessage(EventId = 1601, Level = LogLevel.Error, Message = "The new certificate cannot be used, the former one stays: {Reason}")]
    public static partial void CertificateKept(ILogger logger, string reason);

    [LoggerMessage(EventId = 1603, Level = LogLevel.Information, Message = "The broker {Version} is ready at {Addresses}")]
    public static partial void Ready(ILogger logger, string version, string addresses);

    [LoggerMessage(EventId = 1604, Level = LogLevel.Information, Message = "The broker stops: it takes calls for {Seconds} s more")]
    public static partial void Stopping(ILogger logger, int seconds);

    [LoggerMessage(EventId = 1602, Level = LogLevel.Information,
        Message = "{Method} {Path} answered {Status} {Code} in {Milliseconds} ms, with the key {Key}, from {Address}")]
    public static partial void Called(
        ILogger logger, string method, string path, int status, string code, long milliseconds, string key, string address);
}
