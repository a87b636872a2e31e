namespace Brokkr.Broker.Telemetry;

/// <summary>How logs leave: to the standard output, from the first line on.</summary>
internal static class LogOutput
{
    private const string Rfc3339 = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Logs as the settings say; what frameworks say is told from warnings on.</summary>
    public static ILoggingBuilder AddOutput(this ILoggingBuilder logging, TelemetryOptions options)
    {
        var level = Enum.Parse<LogLevel>(options.LogLevel, ignoreCase: true);
        logging.SetMinimumLevel(level)
            .AddFilter("Microsoft", level > LogLevel.Warning ? level : LogLevel.Warning)
            // A start that fails is one sentence on standard error, not its stack.
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical)
            // What is not ready is told to probes, and the database's absence once.
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None)
            // Its scope would put the path, which is the caller's text, beside every line.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)
            .AddFilter("Grpc", LogLevel.None);
        if (options.LogFormat == "json")
        {
            return logging.AddJsonConsole(console =>
            {
                console.IncludeScopes = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = Rfc3339;
            });
        }

        return logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = $"{Rfc3339} ";
        });
    }
}
