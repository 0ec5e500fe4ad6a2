namespace Gantry.Chaos.Nodes;

/// <summary>Where the nodes of a run keep what they hold.</summary>
internal interface IStores : IAsyncDisposable
{
    /// <summary>Names with versions, for the report.</summary>
    string Description { get; }

    /// <summary>How nodes are told.</summary>
    IReadOnlyDictionary<string, string> Environment { get; }
}
