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
    // Not by the initializer alone: the generated reader of JSON sets what is missing to null.
    [JsonPropertyName("registries")]
    public IReadOnlyList<RegistryDescription> Registries { get; init => field = value ?? []; } = [];

    [JsonIgnore]
    public ServerAddress Address => ServerAddress.Parse(Server) with { CaFile = CaFile };

    /// <summary>The server that a command means, with what an earlier sign-in knows of it unless the URL says otherwise.</summary>
    public static ServerAddress Locate(string? flag, CommandContext context, SignIn? signIn)
    {
        var address = ServerAddress.Choose(flag, context, signIn?.Address);
        return signIn?.Find(address.Registry) is { } known ? known with { PlainHttp = address.PlainHttp ?? known.PlainHttp } : address;
    }

    /// <summary>The command that signs in, in the grammar that is spoken.</summary>
    public static string CommandIn(CommandContext context) =>
        context.InvokedName == InvokedName.Az ? "az login --server URL" : $"{context.InvokedName} acr login -n NAME --server URL -u USER -p PASSWORD";

    /// <summary>The address of one of this server's registries: reached as the server is. Null where the host is not its.</summary>
    public ServerAddress? Find(RegistryName loginServer)
    {
        var server = Address;
        var known = loginServer == server.Registry || Registries.Any(registry => registry.LoginServer == loginServer.ToString());
        return known ? server with { Registry = loginServer } : null;
    }
}
