using Microsoft.Extensions.Logging.Console;

namespace Brokkr.Agent.Operations;

/// <summary>How the agent's log leaves it: lines on standard output, with times that compare.</summary>
internal static class AgentLogging
{
    private const string Time = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static ILoggingBuilder AddAgentConsole(this ILoggingBuilder logging, TelemetryOptions options)
    {
        if (options.LogFormat == "json")
            logging.AddJsonConsole(console => Set(console, Time));
        else
            logging.AddSimpleConsole(console => Set(console, $"{Time} ").SingleLine = true);
        return logging.SetMinimumLevel(Enum.Parse<LogLevel>(options.LogLevel, ignoreCase: true))
            .AddFilter("Grpc", LogLevel.None).AddFilter("Microsoft", LogLevel.Warning);
    }

    private static T Set<T>(T console, string time) where T : ConsoleFormatterOptions
    {
        (console.TimestampFormat, console.UseUtcTimestamp) = (time, true);
        return console;
    }
}
