using Gantry.Chaos.History;
using Gantry.Chaos.Nodes;

namespace Gantry.Chaos.Faults;

/// <summary>Lets one fault after another strike, and measures how long each takes to heal.</summary>
internal sealed class FaultLoop(Cluster cluster, FaultPlan plan, Recorder recorder, Action<string> say)
{
    /// <summary>How long the cluster is left alone between two faults.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(6);

    /// <summary>After this the run is given up: nothing that follows would say anything.</summary>
    private static readonly TimeSpan HealLimit = TimeSpan.FromMinutes(2);

    /// <summary>Runs until it is told to stop; a fault under way is seen through.</summary>
    /// <exception cref="TimeoutException">The cluster did not heal.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        while (await QuietAsync(stop))
        {
            var fault = plan.Next();
            say(fault.Name);
            var begin = recorder.Now;
            await fault.Strike();
            await Task.Delay(fault.Duration, CancellationToken.None);
            using var limit = new CancellationTokenSource(HealLimit);
            try
            {
                var removed = fault.Duration == TimeSpan.Zero ? begin : recorder.Now;
                await fault.Remove(limit.Token);
                await cluster.UntilHealthyAsync(limit.Token);
                var window = new FaultWindow { Kind = fault.Kind, Fault = fault.Name, Begin = begin, Removed = removed, End = recorder.Now };
                recorder.Add(window);
                say($"{fault.Name}: healed after {window.Healing.TotalSeconds:F1} s");
            }
            catch (OperationCanceledException e)
            {
                recorder.Add(new FaultWindow { Kind = fault.Kind, Fault = fault.Name, Begin = begin, Removed = begin, End = recorder.Now });
                throw new TimeoutException($"after \"{fault.Name}\" the nodes did not answer again within {HealLimit.TotalSeconds} s", e);
            }
        }
    }

    private static async Task<bool> QuietAsync(CancellationToken stop)
    {
        try
        {
            await Task.Delay(Quiet, stop);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
