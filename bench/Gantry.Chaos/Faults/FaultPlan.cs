using Gantry.Chaos.Nodes;

namespace Gantry.Chaos.Faults;

/// <summary>Which fault comes next: every kind once in each round, in an order and on nodes that the seed decides.</summary>
internal sealed class FaultPlan(Cluster cluster, Dice dice)
{
    private const string Killed = "a node gets SIGKILL";
    private const string PostgresEnds = "PostgreSQL ends at once and starts again";
    private const string GatewayStands = "the S3 gateway stands still";
    private const string CutOff = "a node cannot reach its stores";

    private readonly Queue<Func<Fault>> _round = [];

    /// <summary>What a whole round has at least once.</summary>
    public IReadOnlyList<string> KindNames => cluster is { Network: not null, Stores: SharedStores } ? [Killed, PostgresEnds, GatewayStands, CutOff] : [Killed];

    public Fault Next()
    {
        if (_round.Count == 0)
        {
            var kinds = Kinds();
            while (kinds.Count > 0)
            {
                var at = dice.Below(kinds.Count);
                _round.Enqueue(kinds[at]);
                kinds.RemoveAt(at);
            }
        }
        return _round.Dequeue()();
    }

    private List<Func<Fault>> Kinds()
    {
        List<Func<Fault>> kinds = [Kill];
        if (cluster is { Network: { } network, Stores: SharedStores stores })
        {
            kinds.Add(Kill);
            kinds.Add(() => new Fault(PostgresEnds, PostgresEnds, stores.RestartPostgresAsync, TimeSpan.Zero, _ => Task.CompletedTask));
            kinds.Add(() => new Fault(GatewayStands, GatewayStands, stores.PauseCephAsync, Seconds(3, 6), _ => stores.ResumeCephAsync()));
            kinds.Add(() =>
            {
                var node = dice.Below(cluster.Nodes.Count);
                return new Fault(CutOff, $"{cluster.Nodes[node].Name} cannot reach its stores", () => network.CutAsync(node), Seconds(3, 6), _ => network.MendAsync(node));
            });
        }
        return kinds;
    }

    private Fault Kill()
    {
        var node = dice.Of(cluster.Nodes);
        return new Fault(Killed, $"{node.Name} gets SIGKILL", node.KillAsync, TimeSpan.Zero, node.ReviveAsync);
    }

    private TimeSpan Seconds(int from, int to) => TimeSpan.FromMilliseconds((from * 1000) + dice.Below((to - from) * 1000));
}
