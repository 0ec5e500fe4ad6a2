using System.Net;
using Gantry.Server.Metadata;

namespace Gantry.Server.Defence;

/// <summary>Asked before a password is checked where that is slow, or counted against somebody: at a directory.</summary>
public interface ISignInBackOff
{
    /// <summary>How long sign-ins of this name, or from this address, are to wait; zero where they need not. Nothing is counted.</summary>
    /// <remarks>Not to be asked for what one HMAC decides: a right secret is taken at any time, else a flood would lock its neighbours out.</remarks>
    /// <param name="registry">The registry that was asked.</param>
    /// <param name="name">The name that was tried; null where it is none.</param>
    /// <param name="address">Where from.</param>
    TimeSpan WaitOf(RegistryId registry, string? name, IPAddress? address);
}
