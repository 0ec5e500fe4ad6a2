namespace Gantry.Server.Metadata;

/// <summary>A password of the admin user. ACR shows it whenever it is asked, so it is kept twice: to compare with, and to show.</summary>
/// <param name="Name"><c>password</c> or <c>password2</c>.</param>
/// <param name="Hash">Keyed SHA-256 of the password, which has 256 random bits.</param>
/// <param name="Sealed">The password, encrypted with the server's own key.</param>
public sealed record AdminPasswordRecord(string Name, ReadOnlyMemory<byte> Hash, ReadOnlyMemory<byte> Sealed);
