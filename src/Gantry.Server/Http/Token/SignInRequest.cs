using Gantry.Protocol.Naming;
using Gantry.Server.Metadata;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Token;

/// <summary>A request to the sign-in server.</summary>
/// <param name="Http">The request.</param>
/// <param name="Registry">The registry that tokens are for.</param>
/// <param name="Host">The host that the client named.</param>
/// <param name="Entry">Learns who asks.</param>
public readonly record struct SignInRequest(HttpContext Http, RegistryRecord Registry, RegistryName Host, RequestEntry Entry)
{
    /// <summary>How the client reaches the server.</summary>
    public string Origin => $"{Http.Request.Scheme}://{Host}";
}
