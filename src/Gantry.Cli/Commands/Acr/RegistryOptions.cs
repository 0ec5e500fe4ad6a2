using System.CommandLine;
using Gantry.Cli.Commands.Az;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Client.Remote;
using Gantry.Client.Remote.Credentials;
using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;

namespace Gantry.Cli.Commands.Acr;

/// <summary>Which registry a command of <c>acr</c> is about, and as whom it is asked.</summary>
/// <remarks><code>
///   --name ──(1) a login server? ──► it
///            (2) --suffix? ────────► NAME.SUFFIX
///            (3) a server? ────────► what its list of registries says: --server, GANTRY_SERVER, the one signed in to,
///                                    with credentials on the command line the default too
///            (4) else the error names both ways
/// </code></remarks>
/// <param name="flag">The flag that names the registry: commands about something in a registry call it <c>--registry</c>.</param>
/// <param name="letter">Its letter.</param>
internal sealed class RegistryOptions(string flag = "--name", string letter = "-n")
{
    public Option<string?> Name { get; } = Flag.Text(flag, "REGISTRY", "registry: its name, or its login server such as localhost:5000", letter);

    public Option<string?> Suffix { get; } = Flag.Text("--suffix", "DOMAIN", "what follows the registry's name in its login server");

    public Option<string?> Server { get; } = Flag.Text("--server", "URL", "the server that knows the name (default $GANTRY_SERVER, else the one signed in to)");

    /// <summary>A server has no resource groups; scripts that name one are not stopped.</summary>
    public Option<string?> ResourceGroup { get; } = Flag.Hide(Flag.Text("--resource-group", "GROUP", "accepted and ignored", "-g"));

    public ConnectionOptions Connection { get; } = new();

    /// <summary>The server by which the name was found, with its registries; null before <see cref="ConnectAsync"/>, and where the name itself says where the registry is.</summary>
    public (ServerAddress Server, IReadOnlyList<RegistryDescription> Registries)? Found { get; private set; }

    public void AddTo(Command command)
    {
        command.Add(Name);
        command.Add(Suffix);
        command.Add(Server);
        command.Add(ResourceGroup);
        Connection.AddTo(command);
    }

    /// <summary>A client of the registry, with the credentials of the flags, else those that were stored. The caller disposes it.</summary>
    public async Task<RegistryClient> ConnectAsync(ParseResult parse, CommandContext context, AzOptions az, CancellationToken ct)
    {
        var credential = Connection.ReadCredential(parse, context);
        var address = await ResolveAsync(parse, context, az, credential, ct);
        var source = credential is null ? null : new StaticCredential(address.Registry, credential);
        return Connection.Connect(parse, context, address, source, parse.GetValue(az.Debug));
    }

    /// <summary>The name of the registry behind a client, which resource paths have in them.</summary>
    public Task<string> FindNameAsync(RegistryClient client, CancellationToken ct) => RegistryNames.FindAsync(client, Found?.Registries, ct);

    private async Task<ServerAddress> ResolveAsync(ParseResult parse, CommandContext context, AzOptions az, Credential? credential, CancellationToken ct)
    {
        var name = parse.GetValue(Name) ?? "";
        var signIn = new SignInFile(context).Read();

        // (1) A name alone has letters, digits and dashes only, so that these cannot be mistaken.
        if (name.AsSpan().ContainsAny('.', ':') || name == "localhost")
            return At(name, signIn);

        // (2)
        if (parse.GetValue(Suffix) is { Length: > 0 } suffix)
            return At(name.ToLowerInvariant() + (suffix[0] is '.' or ':' ? "" : ".") + suffix, signIn);

        // (3)
        var server = SignIn.Locate(parse.GetValue(Server), context, signIn);
        var isKnown = !server.IsGuess || credential is not null;
        if (isKnown && await FindAsync(name, parse, context, az, server, credential, ct) is { } loginServer)
            return server with { Registry = RegistryName.Parse(loginServer) };

        // (4)
        throw CommandException.NotFound(
            isKnown
                ? $"The server {server.Url} has no registry '{Printable.Of(name)}' for you."
                : $"Where is the registry '{Printable.Of(name)}'? Nobody is signed in to a server that would know.",
            $"Sign in to its server with \"{SignIn.CommandIn(context)}\", or give its login server: {Name.Name} HOST[:PORT], or --suffix DOMAIN[:PORT].");
    }

    private static ServerAddress At(string loginServer, SignIn? signIn)
    {
        var registry = RegistryName.Parse(loginServer);
        return signIn?.Find(registry) ?? new ServerAddress(registry, PlainHttp: null);
    }

    private async Task<string?> FindAsync(
        string name, ParseResult parse, CommandContext context, AzOptions az, ServerAddress server, Credential? credential, CancellationToken ct)
    {
        var source = credential is null ? null : new StaticCredential(server.Registry, credential);
        using var client = Connection.Connect(parse, context, server, source, parse.GetValue(az.Debug));
        try
        {
            var registries = await server.AskAsync(async () => await new AdminClient(client).ListRegistriesAsync(ct));
            Found = (server, registries);
            return registries.FirstOrDefault(registry => registry.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.LoginServer;
        }
        catch (RegistryException e) when (e.Status is 401 or 403 && credential is null)
        {
            throw new CommandException(ExitCode.Authentication, $"There is no good sign-in to {server.Url}.", e) { Advice = $"Run \"{SignIn.CommandIn(context)}\"." };
        }
    }
}
