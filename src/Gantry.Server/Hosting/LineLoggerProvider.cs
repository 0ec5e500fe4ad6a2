using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Hosting;

/// <summary>Writes the log as lines of plain text. What came from outside cannot begin a line of its own.</summary>
internal sealed class LineLoggerProvider(Action<string> write, TimeProvider time) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new LineLogger(categoryName, write, time);

    public void Dispose()
    {
    }

    private sealed class LineLogger(string category, Action<string> write, TimeProvider time) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = new StringBuilder();
            line.Append(time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            line.Append(' ').Append(Word(logLevel)).Append(' ').Append(category).Append(": ").Append(formatter(state, exception));
            if (exception is not null)
                line.Append(" | ").Append(exception);
            for (var i = 0; i < line.Length; i++)
            {
                if (char.IsControl(line[i]))
                    line[i] = ' ';
            }
            write(line.ToString());
        }

        private static string Word(LogLevel level) => level switch
        {
            LogLevel.Trace or LogLevel.Debug => "debug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            _ => "error",
        };
    }
}
