namespace Gantry.Server.Tests.Access.Matrix;

/// <summary>How an identity says who it is.</summary>
/// <param name="Form">For people.</param>
/// <param name="Authorization">The header; null for none.</param>
/// <param name="IsToken">Whether it is an access token.</param>
/// <param name="Names">The letters that the token names, for what is asked.</param>
internal sealed record Shown(string Form, string? Authorization, bool IsToken, IReadOnlySet<char> Names);
