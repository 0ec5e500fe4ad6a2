using Gantry.Server.Archive;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Hosting;

/// <summary>Writes the journal every few seconds, and once more at the end.</summary>
internal sealed partial class JournalLoop(Journal journal, ILogger<JournalLoop> logger) : IAsyncDisposable
{
    private Rounds? _rounds;

    public void Start(TimeProvider time)
    {
        _rounds = new Rounds(time, LogFailed);
        _rounds.Start(Journal.Interval, journal.WriteAsync);
    }

    /// <summary>After a clean stop the journal knows everything: the requests are over by then.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_rounds is not null)
            await _rounds.DisposeAsync();
        await Rounds.TryAsync(
            async ct =>
            {
                await journal.WriteAsync(ct);
                await journal.ReleaseAsync(ct);
            },
            LogFailed,
            CancellationToken.None);
    }

    [LoggerMessage(125, LogLevel.Error, "The journal could not be written; the next round tries again.")]
    private partial void LogFailed(Exception e);
}
