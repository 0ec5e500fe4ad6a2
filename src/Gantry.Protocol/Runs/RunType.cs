namespace Gantry.Protocol.Runs;

/// <summary>What started a run.</summary>
public enum RunType
{
    /// <summary>Somebody asked for this one build.</summary>
    QuickBuild,

    QuickRun,

    AutoBuild,

    AutoRun,
}
