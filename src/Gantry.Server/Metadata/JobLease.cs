namespace Gantry.Server.Metadata;

/// <summary>A holder's right to do a background job, alone in the whole cluster.</summary>
/// <param name="Name">The job: <c>collect</c>, <c>scrub</c>.</param>
/// <param name="Holder">Who has it: an id that no other process ever uses.</param>
/// <param name="Fence">Rises whenever the holder changes. What is done under an older one is refused by the store, however late it arrives.</param>
/// <param name="Ends">When somebody else may take it, by the store's clock.</param>
public sealed record JobLease(string Name, string Holder, long Fence, DateTimeOffset Ends);
