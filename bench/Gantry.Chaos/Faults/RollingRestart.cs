using Gantry.Chaos.Nodes;

namespace Gantry.Chaos.Faults;

/// <summary>Stops each node in turn as a service manager does, starts it again, and goes on to the next once it answers.</summary>
internal sealed class RollingRestart(Cluster cluster, Action<string> say)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    /// <summary>Goes round until it is told to stop, but once at least.</summary>
    /// <exception cref="InvalidOperationException">A node did not end with code 0.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        do
        {
            foreach (var node in cluster.Nodes)
            {
                await Task.Delay(Quiet, CancellationToken.None);
                if (await node.StopAsync() is not 0 and var code)
                    throw new InvalidOperationException($"{node.Name} ended with code {code} when it was told to stop");
                await node.StartAsync(CancellationToken.None);
                await cluster.UntilHealthyAsync(CancellationToken.None);
                say($"{node.Name} restarted");
            }
        }
        while (!stop.IsCancellationRequested);
    }
}
