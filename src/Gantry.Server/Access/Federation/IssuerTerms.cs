namespace Gantry.Server.Access.Federation;

/// <summary>Of an issuer's settings those that decide how it is asked. Keys that were fetched under others do not count.</summary>
internal sealed record IssuerTerms(string Issuer, bool AllowPrivateAddresses, string? CaFile);
