namespace Gantry.Server.Metadata;

/// <summary>How a transaction ended that a rule may refuse.</summary>
public enum CommitOutcome
{
    /// <summary>Written and durable.</summary>
    Done,

    /// <summary>Nothing written: what it works on, or what it needs, is not there.</summary>
    Missing,

    /// <summary>Nothing written: a lock forbids it.</summary>
    Locked,

    /// <summary>Nothing written: something else still needs what would go.</summary>
    InUse,

    /// <summary>Nothing written: the name is taken.</summary>
    Exists,

    /// <summary>Nothing written: what the writer took for granted does not hold.</summary>
    ConditionFailed,
}
