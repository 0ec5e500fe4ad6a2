using System.CommandLine;
using Gantry.Cli.Commands.Az;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Client.Remote;
using Gantry.Client.Remote.Credentials;
using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;

namespace Gantry.Cli.Commands.Acr;

/// <summary>Which registry a command of <c>acr</c> is about, and as whom it is asked.</summary>
/// <remarks><code>
///   --name ──(1) a login server? ──► it
///            (2) --suffix? ────────► NAME.SUFFIX
///            (3) signed in? ───────► what the server's list of registries says
///            (4) else the error names both ways
/// </code></remarks>
internal sealed class RegistryOptions
{
    public Option<string?> Name { get; } = Flag.Text("--name", "REGISTRY", "registry: its name, or its login server such as localhost:5000", "-n");

    public Option<string?> Suffix { get; } = Flag.Text("--suffix", "DOMAIN", "what follows the registry's name in its login server");

    /// <summary>A server has no resource groups; scripts that name one are not stopped.</summary>
    public Option<string?> ResourceGroup { get; } = Flag.Hide(Flag.Text("--resource-group", "GROUP", "accepted and ignored", "-g"));

    public ConnectionOptions Connection { get; } = new();

    public void AddTo(Command command)
    {
        command.Add(Name);
        command.Add(Suffix);
        command.Add(ResourceGroup);
        Connection.AddTo(command);
    }

    /// <summary>A client of the registry, with the credentials of the flags, else those that were stored. The caller disposes it.</summary>
    public async Task<RegistryClient> ConnectAsync(ParseResult parse, CommandContext context, AzOptions az, CancellationToken ct)
    {
        var credential = Connection.ReadCredential(parse, context);
        var address = await ResolveAsync(parse, context, az, ct);
        var source = credential is null ? null : new StaticCredential(address.Registry, credential);
        return Connection.Connect(parse, context, address, source, parse.GetValue(az.Debug));
    }

    private async Task<ServerAddress> ResolveAsync(ParseResult parse, CommandContext context, AzOptions az, CancellationToken ct)
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
        if (signIn is not null && await FindAsync(name, parse, context, az, signIn, ct) is { } loginServer)
            return At(loginServer, signIn);

        // (4)
        throw CommandException.NotFound(
            signIn is null
                ? $"Where is the registry '{Printable.Of(name)}'? Nobody is signed in to a server that would know."
                : $"The server {signIn.Server} has no registry '{Printable.Of(name)}' for {Printable.Of(signIn.Username)}.",
            "Sign in to its server with \"az login --server URL\", or give its login server: --name HOST[:PORT], or --suffix DOMAIN[:PORT].");
    }

    private static ServerAddress At(string loginServer, SignIn? signIn)
    {
        var registry = RegistryName.Parse(loginServer);
        return signIn?.Find(registry) ?? new ServerAddress(registry, PlainHttp: null);
    }

    private async Task<string?> FindAsync(string name, ParseResult parse, CommandContext context, AzOptions az, SignIn signIn, CancellationToken ct)
    {
        using var client = Connection.Connect(parse, context, signIn.Address, trace: parse.GetValue(az.Debug));
        try
        {
            var registries = await new AdminClient(client).ListRegistriesAsync(ct);
            return registries.FirstOrDefault(registry => registry.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.LoginServer;
        }
        catch (RegistryException e) when (e.Status is 401 or 403)
        {
            throw new CommandException(ExitCode.Authentication, $"The sign-in to {signIn.Server} is no longer good.", e) { Advice = "Run \"az login\" again." };
        }
    }
}
