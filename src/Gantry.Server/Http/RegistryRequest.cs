using Gantry.Protocol.Naming;
using Gantry.Server.Access;
using Gantry.Server.Metadata;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http;

/// <summary>A request whose registry is found and whose credentials are judged.</summary>
public sealed class RegistryRequest
{
    public required HttpContext Http { get; init; }

    public required RegistryRecord Registry { get; init; }

    public required Authentication Authentication { get; init; }

    /// <summary>The host that the client named.</summary>
    public required RegistryName Host { get; init; }

    /// <summary>Scheme and host as the client sees them, for URLs that must be absolute: <c>https://localhost:5443</c>.</summary>
    public string Origin => $"{Http.Request.Scheme}://{Host}";

    /// <summary>Host and port as the client sees them.</summary>
    public string LoginServer => Host.ToString();

    public Caller Caller => Authentication.Caller;

    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>Whether the caller may do this to a repository. Wrong credentials may nothing, not even what anonymous callers may.</summary>
    public bool May(string action, RepositoryName repository) => !Authentication.Failed && Caller.May(action, repository);

    public RepositoryKey Key(RepositoryName repository) => new(Registry.Id, repository);
}
