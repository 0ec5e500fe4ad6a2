using Gantry.Server.Metadata;

namespace Gantry.Server.Access;

/// <summary>A principal that was looked up, and whom a request of its comes from: made once for all of them.</summary>
/// <param name="Record">The principal as it is stored.</param>
/// <param name="Caller">The caller without any token's bounds; null where the principal's role is not known any more.</param>
public sealed record KnownPrincipal(PrincipalRecord Record, Caller? Caller);
