using Gantry.Client.Content;

namespace Gantry.Client.Remote.Transport;

/// <summary>An answer's body that fails when a read waits too long. Owns both the body and the patience.</summary>
internal sealed class IdleLimitStream(Stream body, string host, Patience patience) : ReadOnlyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        patience.Restart();
        try
        {
            return await body.ReadAsync(buffer, either.Token).ConfigureAwait(false);
        }
        catch (Exception) when (patience.IsOver && !cancellationToken.IsCancellationRequested)
        {
            throw patience.Explain(host, "sent nothing more");
        }
        finally
        {
            // Between reads it is the reader who takes its time.
            patience.Pause();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
            patience.Dispose();
        }
        base.Dispose(disposing);
    }
}
