namespace Gantry.Server.Upkeep;

/// <summary>Keeps something that ends by the store's clock from ending while it is needed.</summary>
/// <param name="lifetime">How long it lasts after each renewal.</param>
/// <param name="interval">Between two renewals.</param>
/// <param name="time">The clock.</param>
internal sealed class Renewal(TimeSpan lifetime, TimeSpan interval, TimeProvider time)
{
    /// <summary>Renews until it is told to stop, or there is nothing left to renew.</summary>
    /// <param name="renew">False where it is somebody else's by now.</param>
    /// <param name="stop">It is needed no more.</param>
    /// <returns>True where it is lost, or may be.</returns>
    public async Task<bool> KeepAsync(Func<CancellationToken, ValueTask<bool>> renew, CancellationToken stop)
    {
        var renewed = time.GetTimestamp();
        try
        {
            while (true)
            {
                await Task.Delay(interval, time, stop);
                var asked = time.GetTimestamp();
                try
                {
                    if (!await renew(stop))
                        return true;
                    renewed = asked;
                }
                catch (IOException) when (time.GetElapsedTime(renewed) < lifetime)
                {
                    // The database may be back before it ends.
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The store is out of reach for longer than it lasts: it may be another's by now.
            return true;
        }
    }
}
