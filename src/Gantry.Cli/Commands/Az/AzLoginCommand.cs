using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Client.Acr;
using Gantry.Client.Remote.Credentials;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;

namespace Gantry.Cli.Commands.Az;

/// <summary><c>az login</c>: proves the credentials to a Gantry server, then remembers the server and its registries.</summary>
internal sealed class AzLoginCommand : AzCommand
{
    private readonly ConnectionOptions _connection = new();

    private readonly Option<bool> _servicePrincipal = Flag.Switch("--service-principal", "the user name is an application id");

    private readonly Option<string?> _tenant = Flag.Text("--tenant", "TENANT", "tenant of the service principal", "-t");

    private readonly Option<string?> _server = Flag.Text("--server", "URL", $"the Gantry server (default $GANTRY_SERVER, else {ServerAddress.Default})");

    private readonly Option<bool> _allowNoSubscriptions = Flag.Hide(Flag.Switch("--allow-no-subscriptions", "accepted and ignored"));

    [SetsRequiredMembers]
    public AzLoginCommand(CommandContext context)
        : base(context, "login", "Sign in to a Gantry server")
    {
        Details = "The credentials are stored in docker's config for each registry of the server, where docker and oras find them too.";
        Examples =
        [
            ("Sign in as a service principal", "login --service-principal -u APP_ID -p PASSWORD --tenant TENANT"),
            ("Sign in to a server elsewhere", "login --server https://registry.example.com"),
        ];
        _connection.AddTo(this);
        foreach (var option in (ReadOnlySpan<Option>)[_servicePrincipal, _tenant, _server, _allowNoSubscriptions])
            Add(option);
    }

    protected override async Task<JsonNode?> ExecuteAsync(ParseResult parse, CancellationToken ct)
    {
        var address = ServerAddress.Choose(parse.GetValue(_server), Context);
        var credential = _connection.ReadCredential(parse, Context) ?? Ask(parse);
        using var client = _connection.Connect(parse, Context, address, new StaticCredential(address.Registry, credential), parse.GetValue(Az.Debug));
        var registries = await address.AskAsync(() => ListAsync(new AdminClient(client), address, ct));
        var signIn = new SignIn
        {
            // The flag decides for later commands too: they cannot know it.
            Server = _connection.Reach(parse, address).Url,
            Username = credential.Username,
            UserType = parse.GetValue(_servicePrincipal) ? "servicePrincipal" : "user",
            Tenant = parse.GetValue(_tenant),
            CaFile = _connection.ReadCaFile(parse, Context),
            Registries = registries,
        };
        await new SignInFile(Context).RememberAsync(signIn, credential, ct);
        return new JsonArray(Accounts.Describe(signIn));
    }

    private static async Task<IReadOnlyList<RegistryDescription>> ListAsync(AdminClient admin, ServerAddress address, CancellationToken ct)
    {
        try
        {
            return await admin.ListRegistriesAsync(ct);
        }
        catch (RegistryException e) when (e.Status == 404)
        {
            throw new CommandException(ExitCode.Failed, $"{address.Url} is not a Gantry server", e) { Advice = "For another registry use \"gantry login\" or \"oras login\"." };
        }
    }

    private Credential Ask(ParseResult parse)
    {
        if (!Context.Terminal.InputIsTerminal)
        {
            throw CommandException.WrongUsage(parse.GetValue(_servicePrincipal)
                ? "usage error: --service-principal --username NAME --password SECRET [--tenant TENANT]"
                : "Without a terminal both --username and --password (or --password-stdin) are needed.");
        }
        Context.Error.Write(parse.GetValue(_servicePrincipal) ? "Application id: " : "Username: ");
        var username = Context.ReadLine() ?? "";
        return new Credential { Username = username, Password = ConnectionOptions.AskSecret(Context, "Password: ") };
    }
}
