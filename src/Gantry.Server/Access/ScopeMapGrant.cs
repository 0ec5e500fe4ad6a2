namespace Gantry.Server.Access;

/// <summary>What a scope map opens for one pattern of repositories.</summary>
/// <param name="Repositories">Which they are.</param>
/// <param name="Actions">Words of <see cref="Protocol.Token.TokenActions"/>, in that class's order, each once.</param>
public sealed record ScopeMapGrant(ScopeMapPattern Repositories, IReadOnlyList<string> Actions);
