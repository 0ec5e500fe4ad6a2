namespace Gantry.Server.Metadata;

/// <summary>What is known of a background job.</summary>
/// <param name="Holder">Who has its lease; null where nobody has it, or its time is over.</param>
/// <param name="Fence">The fence of the last holder.</param>
/// <param name="State">What the holders left for their successors; null before the first did.</param>
public sealed record JobRecord(string? Holder, long Fence, string? State);
