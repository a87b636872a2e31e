using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Brokkr.Tests.Agent;

/// <summary>Keeps what is logged.</summary>
internal sealed class LogLines : ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = [];

    public IReadOnlyList<(LogLevel Level, string Text)> All => [.. _lines];

    public ILoggerProvider Provider => new Source(this);

    public ILogger<T> For<T>() => new Logger<T>(LoggerFactory.Create(logging => logging.AddProvider(Provider)));

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, formatter(state, exception)));

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    private sealed class Source(LogLines lines) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => lines;

        public void Dispose()
        {
            // The lines outlive whoever wrote them.
        }
    }
}
