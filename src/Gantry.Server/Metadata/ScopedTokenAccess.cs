namespace Gantry.Server.Metadata;

/// <summary>A repository-scoped token with its scope map, read in one transaction.</summary>
/// <param name="Token">The token.</param>
/// <param name="ScopeMap">Its map; null where it is one that every registry has.</param>
public sealed record ScopedTokenAccess(ScopedTokenRecord Token, ScopeMapRecord? ScopeMap);
