namespace Gantry.Load.Traffic;

/// <summary>What a cell of the table was measured from.</summary>
/// <param name="Operations">That ended well.</param>
/// <param name="Bytes">Of bodies, in the direction that matters.</param>
/// <param name="Time">From the first request to the last answer.</param>
/// <param name="Latencies">Of the operations that ended well.</param>
/// <param name="Errors">Operations that did not.</param>
/// <param name="FirstError">What the first of them said.</param>
internal sealed record LoadResult(long Operations, long Bytes, TimeSpan Time, Latencies Latencies, long Errors, string? FirstError);
