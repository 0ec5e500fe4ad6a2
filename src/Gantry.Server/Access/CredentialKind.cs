namespace Gantry.Server.Access;

/// <summary>What was shown to say who asks.</summary>
public enum CredentialKind
{
    None,

    /// <summary>Something, and it was wrong, expired or revoked.</summary>
    Wrong,

    /// <summary>A principal's own secret.</summary>
    Secret,

    /// <summary>Nothing but the certificate of its connection.</summary>
    Certificate,

    RefreshToken,

    AccessToken,
}
