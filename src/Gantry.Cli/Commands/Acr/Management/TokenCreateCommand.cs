using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;
using Gantry.Protocol.Arm;

namespace Gantry.Cli.Commands.Acr.Management;

/// <summary><c>token create</c>: a token, with a scope map of its own or one that is there, and its passwords.</summary>
/// <remarks><code>
///   --repository… ──(1) NAME-scope-map there? ──no──► (2) make it ──┐
///                        └ with the same actions: it                ├──► (3) token ──(4) passwords, unless --no-passwords
///   --scope-map X ──────────────────────────────────────────────────┘
/// </code>
/// Each step can be repeated: whoever was interrupted runs the command again.
/// </remarks>
internal sealed class TokenCreateCommand : ManagementCommand
{
    private const int MinName = 5;
    private const int MaxName = 50;

    private readonly Option<string?> _name = Flag.Text("--name", "NAME", "the token", "-n");

    private readonly Option<string?> _scopeMap = Flag.Text("--scope-map", "NAME", "the scope map whose actions it has; or give --repository");

    private readonly ActionWords _actions = new("--repository", "--gateway", "it is allowed");

    private readonly Option<string?> _status = Choice.Of<string?>(
        "--status", PolicyStates.Enabled, "whether it can be used", [(PolicyStates.Enabled, PolicyStates.Enabled), (PolicyStates.Disabled, PolicyStates.Disabled)]);

    private readonly Option<string?> _noPasswords = Choice.TrueOrFalse("--no-passwords", "make no passwords; \"acr token credential generate\" makes them later");

    private readonly Expiration _expiration = new();

    [SetsRequiredMembers]
    public TokenCreateCommand(CommandContext context)
        : base(context, "create", "Make a repository-scoped token and show its passwords")
    {
        Details = "The passwords are shown this once: the server keeps no copy of them.";
        Examples =
        [
            ("A token that pulls from one repository", "acr token create -r myregistry -n MyToken --repository samples/hello-world content/read metadata/read"),
            ("One with the actions of a scope map", "acr token create -r myregistry -n MyToken --scope-map MyScopeMap"),
            ("One whose passwords end after a month", "acr token create -r myregistry -n MyToken --scope-map MyScopeMap --expiration-in-days 30"),
        ];
        foreach (var option in (ReadOnlySpan<Option>)[_name, _scopeMap, _status, _noPasswords])
            Add(option);
        _actions.AddTo(this);
        _expiration.AddTo(this);
        Required = [_name, Registry.Name];
    }

    protected override IReadOnlyList<AzColumn>? Columns => TokenJson.Columns;

    protected override void Check(ParseResult parse)
    {
        if (_actions.IsGiven(parse) == parse.IsGiven(_scopeMap))
            throw CommandException.WrongUsage("usage error: --scope-map NAME | --repository REPO ACTION... | --gateway GATEWAY ACTION...");
        if (parse.GetState(_noPasswords) is true && _expiration.IsGiven(parse))
            throw CommandException.WrongUsage("usage error: --no-passwords leaves nothing that could expire");
        _actions.Read(parse);
        _expiration.Read(parse, Context.Time);
        // Said before the scope map is made: a refused token is to leave nothing behind.
        var name = parse.GetValue(_name)!;
        if (name.Length is < MinName or > MaxName || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw CommandException.WrongUsage($"\"{Printable.Of(name)}\" is no name for a token: it has {MinName} to {MaxName} letters, digits, dashes and underscores.");
    }

    protected override async Task<JsonNode?> ExecuteAsync(RegistryManagement registry, ParseResult parse, CancellationToken ct)
    {
        var name = parse.GetValue(_name)!;

        // (1), (2)
        var map = parse.GetValue(_scopeMap) is { } given ? registry.ScopeMaps.IdOf(given) : await FindOrMakeMapAsync(registry, name, parse, ct);

        // (3)
        var token = await registry.Tokens.CreateAsync(name, new TokenPropertiesRequest { ScopeMapId = map, Status = parse.GetValue(_status) }, ct);
        if (parse.GetState(_noPasswords) is true)
            return TokenJson.Of(token);

        // (4) az repeats a password in its advice; here it is in the result alone, which is where secrets are looked for.
        var made = await registry.Tokens.GenerateCredentialsAsync(name, password: null, _expiration.Read(parse, Context.Time), ct);
        Warn(parse, $"The passwords are shown this once; keep them safe. To use one: docker login {registry.Client.Registry} -u {Printable.Of(made.Username)} --password-stdin");
        return TokenJson.Of(token, made);
    }

    private async Task<string> FindOrMakeMapAsync(RegistryManagement registry, string token, ParseResult parse, CancellationToken ct)
    {
        var name = $"{token}-scope-map";
        var actions = _actions.Read(parse);
        if (await registry.ScopeMaps.FindAsync(name, ct) is not { } there)
            return (await registry.ScopeMaps.CreateAsync(name, actions, $"Made for the token {token}", ct)).Id;
        if (there.Properties.Actions.ToHashSet().SetEquals(actions))
            return there.Id;
        throw new CommandException(ExitCode.Conflict, $"The scope map '{Printable.Of(name)}' is there already, with other actions.")
        {
            Advice = $"Change it with \"acr scope-map update -r {Given(parse)} -n {Printable.Of(name)} --add-repository REPO ACTION... --remove-repository REPO ACTION...\", and create the token with --scope-map {Printable.Of(name)}.",
        };
    }
}
