namespace Gantry.Chaos.History;

internal enum LinearizabilityVerdict
{
    /// <summary>There is such an order.</summary>
    Linearizable,

    /// <summary>There is none.</summary>
    NotLinearizable,

    /// <summary>The search was given up: it had more states than it may remember.</summary>
    Undecided,
}
