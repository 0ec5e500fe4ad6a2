using Gantry.Server.Metadata;

namespace Gantry.Server.Access;

/// <summary>Turns an <c>Authorization</c> header into a caller. Constant time for what is secret; nothing of the header is logged.</summary>
public interface IAuthenticator
{
    /// <param name="registry">The registry that was asked; credentials of another one are wrong here.</param>
    /// <param name="authorization">The header's value, or null.</param>
    /// <param name="origin">Where the request comes from. Its certificate counts where no header came, and never beside one.</param>
    /// <param name="ct">Cancels look-ups.</param>
    ValueTask<Authentication> AuthenticateAsync(RegistryRecord registry, string? authorization, SignInOrigin origin, CancellationToken ct);
}
