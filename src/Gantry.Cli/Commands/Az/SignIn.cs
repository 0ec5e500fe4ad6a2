using System.Text.Json.Serialization;
using Gantry.Cli.Options;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Naming;

namespace Gantry.Cli.Commands.Az;

/// <summary>What <c>az login</c> remembers. No secret is here: those are in docker's config.</summary>
internal sealed record SignIn
{
    /// <summary>URL of the server.</summary>
    [JsonPropertyName("server")]
    public required string Server { get; init; }

    [JsonPropertyName("username")]
    public required string Username { get; init; }

    /// <summary><c>servicePrincipal</c> or <c>user</c>, as az names them.</summary>
    [JsonPropertyName("userType")]
    public required string UserType { get; init; }

    [JsonPropertyName("tenant")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tenant { get; init; }

    /// <summary>The certificates that were trusted at the sign-in, absolute; null for the system's.</summary>
    [JsonPropertyName("caFile")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CaFile { get; init; }

    /// <summary>The registries as they were at the sign-in: whose credentials were stored.</summary>
    [JsonPropertyName("registries")]
    public IReadOnlyList<RegistryDescription> Registries { get; init; } = [];

    [JsonIgnore]
    public ServerAddress Address => ServerAddress.Parse(Server) with { CaFile = CaFile };

    /// <summary>The address of one of this server's registries: reached as the server is. Null where the host is not its.</summary>
    public ServerAddress? Find(RegistryName loginServer)
    {
        var server = Address;
        var known = loginServer == server.Registry || Registries.Any(registry => registry.LoginServer == loginServer.ToString());
        return known ? server with { Registry = loginServer } : null;
    }
}
