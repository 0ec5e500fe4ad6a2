using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Gantry.Cli.Options;

namespace Gantry.Cli.Commands;

/// <summary><c>logout</c>: forgets a registry's credential.</summary>
internal sealed class LogoutCommand : VerbCommand
{
    private readonly DebugOptions _common = new();
    private readonly Option<string[]> _registryConfig = Flag.List("--registry-config", "path", "path of the authentication file for registry", "-c");

    [SetsRequiredMembers]
    public LogoutCommand(CommandContext context)
        : base(context, "logout", "Log out from a remote registry")
    {
        Rule = ArgumentRule.Exactly(1, "<registry>", "the registry you want to log out");
        Examples = [("Log out from a registry", "logout localhost:5000")];
        _common.AddTo(this);
        Add(_registryConfig);
    }

    protected override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var registry = RegistryArgument.Parse(Words(parse)[0]);
        var config = RemoteOptions.OpenConfig(parse.GetValue(_registryConfig), Context);
        await config.EraseAsync(registry, ct);
        return ExitCode.Done;
    }
}
