namespace Gantry.Cli.Options;

/// <summary>What a command does with a target.</summary>
internal enum TargetAccess
{
    /// <summary>It must be there.</summary>
    Read,

    /// <summary>A layout that is absent is made, and the reference may be a list of tags.</summary>
    Push,

    /// <summary>It must be there, and is changed.</summary>
    Change,
}
