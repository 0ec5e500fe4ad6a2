using Gantry.Server.Metadata;

namespace Gantry.Server.Access.Federation;

/// <summary>A federated credential beside an identity.</summary>
/// <param name="Credential">The credential.</param>
/// <param name="WhyNot">What keeps it from meaning the identity; null where it does.</param>
public readonly record struct CredentialMatch(FederatedCredentialRecord Credential, string? WhyNot);
