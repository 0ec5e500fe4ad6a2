using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Commands.Az;
using Gantry.Cli.OpenId;
using Gantry.Cli.Options;
using Gantry.Client.Acr;
using Gantry.Client.Remote;
using Gantry.Client.Remote.Credentials;
using Gantry.Protocol.Admin;

namespace Gantry.Cli.Commands.Acr;

/// <summary><c>acr login</c>: sees to it that docker and oras find what the registry takes. No docker is needed.</summary>
internal sealed class AcrLoginCommand : AcrCommand
{
    /// <summary>The user that ACR gives to whoever shows a refresh token as the password.</summary>
    private const string TokenUser = "00000000-0000-0000-0000-000000000000";

    private readonly Option<bool> _exposeToken = Flag.Switch("--expose-token", "print the token instead of storing it", "-t");
    private readonly PeopleOptions _people = new();

    [SetsRequiredMembers]
    public AcrLoginCommand(CommandContext context)
        : base(context, "login", "Sign docker, oras and other clients in to a registry")
    {
        Details = "A user and secret that docker's config holds for the registry are verified and stay; they do not end. Other credentials are\nexchanged for a token, which is written there and ends after a few hours; run the command again then. Where no credentials are\nknown, the registry trusts an issuer at which people sign in, and a terminal is there, a browser opens at that issuer.";
        Examples =
        [
            ("Sign in with the credentials of az login", "acr login -n myregistry"),
            ("Sign in as a service principal", "acr login -n localhost:5000 -u APP_ID -p PASSWORD"),
            ("Sign in to a server and its registries", "acr login -n myregistry --server https://registry.example.com -u APP_ID -p PASSWORD"),
            ("Sign in at an issuer, with a browser on another machine", "acr login -n registry.example.com --use-device-code"),
            ("Print a token", "acr login -n myregistry --expose-token"),
        ];
        Add(_exposeToken);
        _people.AddTo(this);
    }

    protected override async Task<JsonNode?> ExecuteAsync(AcrClient registry, ParseResult parse, CancellationToken ct)
    {
        var client = registry.Client;
        var credential = client.Options.Credentials is { } source ? await source.FindAsync(client.Registry, ct) : null;
        if (await _people.SignInAsync(client, credential, parse, Context, ct) is { } signedIn)
        {
            if (parse.GetValue(_exposeToken))
                return Expose(parse, client.Registry.ToString(), signedIn);
            await ConnectionOptions.OpenDockerConfig(Context).StoreAsync(client.Registry, new Credential { Username = TokenUser, Password = signedIn }, ct);
            Context.Out.WriteLine("Login Succeeded");
            return null;
        }
        if (credential is null or { IsEmpty: true })
            throw new CommandException(ExitCode.Authentication, $"No credentials are known for {client.Registry}.") { Advice = $"Run \"{SignIn.CommandIn(Context)}\" first, or give --username and --password." };

        var isExposed = parse.GetValue(_exposeToken);
        if (!isExposed && Registry.Found is { } found && client.Options.Credentials is StaticCredential)
        {
            await client.PingAsync(ct);
            await SignInToAsync(found.Server, found.Registries, credential, parse, ct);
            Context.Out.WriteLine("Login Succeeded");
            return null;
        }
        if (!isExposed && client.Options.Credentials is DockerConfig && IsLasting(credential))
        {
            // A token in its place would end, and with it every sign-in that rests on the secret.
            await client.PingAsync(ct);
            Context.Out.WriteLine("Login Succeeded");
            return null;
        }
        var token = await FetchTokenAsync(client, credential, ct);
        if (isExposed)
            return Expose(parse, client.Registry.ToString(), token ?? throw new CommandException(ExitCode.Failed, $"{client.Registry} gives no tokens that could be shown."));

        if (token is null)
        {
            // A registry without such tokens: what was given is what clients must show.
            await client.PingAsync(ct);
            token = "";
        }
        var stored = token.Length > 0 ? new Credential { Username = TokenUser, Password = token } : credential;
        await ConnectionOptions.OpenDockerConfig(Context).StoreAsync(client.Registry, stored, ct);
        Context.Out.WriteLine("Login Succeeded");
        return null;
    }

    /// <summary>With credentials of its own and a server that knows the name, it is what az login is.</summary>
    private Task SignInToAsync(ServerAddress server, IReadOnlyList<RegistryDescription> registries, Credential credential, ParseResult parse, CancellationToken ct)
    {
        var signIn = new SignIn
        {
            Server = Registry.Connection.Reach(parse, server).Url,
            Username = credential.Username,
            UserType = Guid.TryParseExact(credential.Username, "D", out _) ? "servicePrincipal" : "user",
            CaFile = Registry.Connection.ReadCaFile(parse, Context) ?? server.CaFile,
            Registries = registries,
        };
        return new SignInFile(Context).RememberAsync(signIn, credential, ct);
    }

    /// <summary>A user and a secret, which are good until they are revoked.</summary>
    private static bool IsLasting(Credential credential) => credential is { Username.Length: > 0, Password.Length: > 0 } && credential.Username != TokenUser;

    /// <summary>A registry gives tokens for secrets, not for other tokens: one that an earlier run stored is shown again while it is good.</summary>
    private static async Task<string?> FetchTokenAsync(RegistryClient client, Credential credential, CancellationToken ct)
    {
        if (credential.Username != TokenUser)
            return await client.FetchRefreshTokenAsync(ct);
        await client.PingAsync(ct);
        return credential.Password.Length > 0 ? credential.Password : credential.RefreshToken;
    }

    private JsonObject Expose(ParseResult parse, string loginServer, string token)
    {
        Warn(parse, $"Whoever has this token can act as you at {loginServer} until it ends. With docker: docker login {loginServer} -u {TokenUser} --password-stdin");
        return new JsonObject { ["accessToken"] = token, ["loginServer"] = loginServer, ["refreshToken"] = token, ["username"] = TokenUser };
    }
}
