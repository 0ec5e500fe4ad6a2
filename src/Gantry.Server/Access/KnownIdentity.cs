namespace Gantry.Server.Access;

/// <summary>An identity that was looked up, and whom a request of its comes from: made once for all of them.</summary>
/// <param name="Caller">The caller without any token's bounds; null where the identity may not sign in at all.</param>
/// <param name="Secrets">What it signs in with; none for whoever signs in elsewhere.</param>
public sealed record KnownIdentity(Caller? Caller, IReadOnlyList<KnownSecret> Secrets);
