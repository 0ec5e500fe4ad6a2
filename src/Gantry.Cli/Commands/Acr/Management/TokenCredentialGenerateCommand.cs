using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Acr.Management;

internal sealed class TokenCredentialGenerateCommand : ManagementCommand
{
    private readonly Option<string?> _name = Flag.Text("--name", "NAME", "the token", "-n");

    private readonly Option<bool> _first = Flag.Switch("--password1", "make the first password anew");

    private readonly Option<bool> _second = Flag.Switch("--password2", "make the second password anew");

    private readonly Expiration _expiration = new();

    [SetsRequiredMembers]
    public TokenCredentialGenerateCommand(CommandContext context)
        : base(context, "generate", "Make passwords for a token; those that they replace end at once")
    {
        Details = "Without --password1 or --password2 both are made. They are shown this once: the server keeps no copy of them.";
        Examples =
        [
            ("Replace the first password", "acr token credential generate -r myregistry -n MyToken --password1"),
            ("Make both, for a month", "acr token credential generate -r myregistry -n MyToken --expiration-in-days 30"),
        ];
        foreach (var option in (ReadOnlySpan<Option>)[_name, _first, _second])
            Add(option);
        _expiration.AddTo(this);
        Required = [_name, Registry.Name];
    }

    protected override IReadOnlyList<AzColumn>? Columns => TokenJson.CredentialColumns;

    protected override void Check(ParseResult parse) => _expiration.Read(parse, Context.Time);

    protected override async Task<JsonNode?> ExecuteAsync(RegistryManagement registry, ParseResult parse, CancellationToken ct)
    {
        var (first, second) = (parse.GetValue(_first), parse.GetValue(_second));
        var only = first == second ? null : first ? "password1" : "password2";
        return TokenJson.Of(await registry.Tokens.GenerateCredentialsAsync(parse.GetValue(_name)!, only, _expiration.Read(parse, Context.Time), ct));
    }
}
