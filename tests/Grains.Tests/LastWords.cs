using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Aurora.Grains.Tests;

/// <summary>What a silo logged last, for the message of a test that waited for it in vain.</summary>
internal sealed class LastWords : ILoggerProvider
{
    private const int Kept = 40;

    private readonly ConcurrentQueue<string> lines = new();

    public ILogger CreateLogger(string categoryName) => new Listener(this, categoryName);

    public void Dispose()
    {
    }

    public override string ToString() => lines.IsEmpty ? "nothing" : string.Join(Environment.NewLine, lines);

    private void Add(string line)
    {
        lines.Enqueue(line);
        while (lines.Count > Kept)
        {
            lines.TryDequeue(out _);
        }
    }

    private sealed class Listener(LastWords words, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                words.Add($"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {logLevel} {category}: {formatter(state, exception)} {exception}".TrimEnd());
            }
        }
    }
}
