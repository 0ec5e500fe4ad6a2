namespace Gantry.Protocol.Distribution;

/// <summary>How to answer a request that carried a <c>Range</c> header.</summary>
public enum RangeOutcome
{
    /// <summary>200 with everything: the header asks nothing that must be honoured.</summary>
    Whole,

    /// <summary>206 with one part.</summary>
    Part,

    /// <summary>416.</summary>
    Unsatisfiable,
}
