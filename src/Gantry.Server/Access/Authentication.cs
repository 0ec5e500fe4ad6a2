namespace Gantry.Server.Access;

/// <summary>What a request's credentials came to.</summary>
/// <param name="Caller">Who it is. Without valid credentials the anonymous caller, whose rights are the policy's.</param>
/// <param name="Failed">Credentials were shown and were wrong, expired or revoked: the request is refused, whatever anonymous callers may do.</param>
/// <param name="ShownToken">The credential was a Bearer token: a challenge then says whether it is invalid or insufficient.</param>
public sealed record Authentication(Caller Caller, bool Failed, bool ShownToken)
{
    /// <inheritdoc cref="Identification.Tried"/>
    public IdentityKey Tried { get; init; }

    /// <inheritdoc cref="Identification.Wait"/>
    public TimeSpan Wait { get; init; }

    /// <inheritdoc cref="Identification.IsEndedToken"/>
    public bool IsEndedToken { get; init; }
}
