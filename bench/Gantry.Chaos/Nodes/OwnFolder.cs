namespace Gantry.Chaos.Nodes;

/// <summary>One node's data folder: SQLite and files.</summary>
internal sealed class OwnFolder : IStores
{
    public string Description => "SQLite and files";

    public IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
