namespace Gantry.Server.Access.Federation;

/// <summary>Where the keys of issuers come from.</summary>
public interface IIssuerKeys
{
    /// <summary>The issuer's keys, fetched anew where none is known by that id.</summary>
    /// <param name="issuer">Who published them.</param>
    /// <param name="id">The id that a token names; null where it names none.</param>
    /// <param name="ct">Ends the wait; a fetch that others wait for goes on.</param>
    ValueTask<IssuerKeysAnswer> FindAsync(TrustedIssuer issuer, string? id, CancellationToken ct);
}
