using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Client.Acr;
using Gantry.Client.Remote;
using Gantry.Client.Remote.Credentials;

namespace Gantry.Cli.Commands.Acr;

/// <summary><c>acr login</c>: gets a token of the registry and puts it where docker and oras look. No docker is needed.</summary>
internal sealed class AcrLoginCommand : AcrCommand
{
    /// <summary>The user that ACR gives to whoever shows a refresh token as the password.</summary>
    private const string TokenUser = "00000000-0000-0000-0000-000000000000";

    private readonly Option<bool> _exposeToken = Flag.Switch("--expose-token", "print the token instead of storing it", "-t");

    [SetsRequiredMembers]
    public AcrLoginCommand(CommandContext context)
        : base(context, "login", "Sign docker, oras and other clients in to a registry")
    {
        Details = "The token is written to docker's config. It ends after a few hours; run the command again then.";
        Examples =
        [
            ("Sign in with the credentials of az login", "acr login -n myregistry"),
            ("Sign in as a service principal", "acr login -n localhost:5000 -u APP_ID -p PASSWORD"),
            ("Print a token", "acr login -n myregistry --expose-token"),
        ];
        Add(_exposeToken);
    }

    protected override async Task<JsonNode?> ExecuteAsync(AcrClient registry, ParseResult parse, CancellationToken ct)
    {
        var client = registry.Client;
        var credential = client.Options.Credentials is { } source ? await source.FindAsync(client.Registry, ct) : null;
        if (credential is null or { IsEmpty: true })
            throw new CommandException(ExitCode.Authentication, $"No credentials are known for {client.Registry}.") { Advice = "Run \"az login\" first, or give --username and --password." };

        var token = await FetchTokenAsync(client, credential, ct);
        if (parse.GetValue(_exposeToken))
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
