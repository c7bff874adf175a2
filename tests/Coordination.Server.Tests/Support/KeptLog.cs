using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Coordination.Server.Tests.Support;

/// <summary>Keeps what the server's own code writes to the log.</summary>
internal sealed class KeptLog : ILoggerProvider
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => new Kept(Lines, categoryName.StartsWith("Coordination.", StringComparison.Ordinal));

    public void Dispose()
    {
    }

    private sealed class Kept(ConcurrentQueue<string> lines, bool isOurs) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => isOurs;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (isOurs)
                lines.Enqueue(formatter(state, exception));
        }
    }
}
