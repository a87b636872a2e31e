namespace Brokkr.Broker.Storage;

/// <summary>The broker cannot start; the message says what to do.</summary>
internal sealed class StartException(string message) : Exception(message)
{
    /// <summary>A file or directory cannot be had: which one, which setting names it, and why.</summary>
    public static StartException OfFile(string setting, string path, string done, Exception reason) =>
        new($"{setting} names {path}, which cannot be {done}: {reason.Message.TrimEnd('.')}.");
}
