namespace Gantry.Chaos.History;

/// <summary>What the client was told. A call that failed for certain leaves no trace and is no part of a history.</summary>
internal enum CallOutcome
{
    /// <summary>That it is done.</summary>
    Done,

    /// <summary>That it cannot be: the condition does not hold, or there is nothing to delete.</summary>
    Refused,

    /// <summary>Nothing, or nothing that says how far it came: it may take effect at any time from its begin to its end, or never.</summary>
    Unknown,
}
