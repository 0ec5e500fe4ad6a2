using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Protocol.Naming;

namespace Gantry.Cli.Commands.Az;

/// <summary><c>az logout</c>: forgets the sign-in and the credentials that it stored.</summary>
internal sealed class AzLogoutCommand : AzCommand
{
    private readonly Option<string?> _username = Flag.Text("--username", "NAME", "the user to sign out; the one who is signed in by default");

    [SetsRequiredMembers]
    public AzLogoutCommand(CommandContext context)
        : base(context, "logout", "Sign out of the Gantry server") => Add(_username);

    protected override async Task<JsonNode?> ExecuteAsync(ParseResult parse, CancellationToken ct)
    {
        var file = new SignInFile(Context);
        if (file.Read() is not { } signIn || (parse.GetValue(_username) is { } username && username != signIn.Username))
            throw new CommandException(ExitCode.Failed, "Nobody of that description is signed in.");
        var config = ConnectionOptions.OpenDockerConfig(Context);
        foreach (var host in signIn.Registries.Select(registry => registry.LoginServer).Append(signIn.Address.Registry.ToString()).Distinct())
            await config.EraseAsync(RegistryName.Parse(host), ct);
        file.Delete();
        return null;
    }
}
