namespace Gantry.Server.Metadata;

/// <summary>A password of a repository-scoped token.</summary>
/// <param name="Name"><c>password1</c> or <c>password2</c>.</param>
/// <param name="Hash">Keyed SHA-256 of the password, which has 256 random bits.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Ends">When it ends; null for never.</param>
public sealed record TokenPasswordRecord(string Name, ReadOnlyMemory<byte> Hash, DateTimeOffset Created, DateTimeOffset? Ends);
