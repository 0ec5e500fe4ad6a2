namespace Gantry.EndToEnd;

/// <summary>Tests that measure how long things take run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
