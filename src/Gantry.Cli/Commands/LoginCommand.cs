using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Gantry.Cli.Options;
using Gantry.Client.Remote.Credentials;

namespace Gantry.Cli.Commands;

/// <summary><c>login</c>: asks a registry whether a credential is good, then keeps it where docker does.</summary>
internal sealed class LoginCommand : VerbCommand
{
    private readonly DebugOptions _common = new();
    private readonly RemoteOptions _remote = new();

    /// <summary>What oras before 0.14 called <c>--insecure</c>.</summary>
    private readonly Option<bool> _legacyInsecure = Flag.Hide(Flag.Switch("-k", "allow connections to SSL registry without certs"));

    [SetsRequiredMembers]
    public LoginCommand(CommandContext context)
        : base(context, "login", "Log in to a remote registry")
    {
        Rule = ArgumentRule.Exactly(1, "<registry>", "the registry to log in to");
        Examples =
        [
            ("Log in with the password from stdin", "login -u username --password-stdin localhost:5000"),
            ("Log in with an identity token from stdin", "login --identity-token-stdin localhost:5000"),
            ("Log in with username and password at a terminal", "login localhost:5000"),
        ];
        _common.AddTo(this);
        _remote.AddTo(this);
        Add(_legacyInsecure);
    }

    protected override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        _remote.Check(parse);
        var registry = RegistryArgument.Parse(Words(parse)[0]);
        var config = _remote.OpenConfig(parse, Context);
        var credential = Complete(_remote.ReadCredential(parse, Context), parse);
        using var client = _remote.Connect(parse, Context, _common, registry, new StaticCredential(registry, credential), insecure: parse.GetValue(_legacyInsecure));
        await client.PingAsync(ct);
        await config.StoreAsync(registry, credential, ct);
        Context.Out.WriteLine("Login Succeeded");
        return ExitCode.Done;
    }

    /// <summary>Asks for what the flags left out: at a terminal unseen, in a pipe silently, line by line.</summary>
    private Credential Complete(Credential given, ParseResult parse)
    {
        if (given.RefreshToken.Length > 0 || given.Password.Length > 0)
            return given;
        var isToken = parse.GetValue(_remote.IdentityTokenStdin) || parse.IsGiven(_remote.IdentityToken);
        var isStdin = isToken || parse.GetValue(_remote.PasswordStdin) || parse.IsGiven(_remote.Password);
        var username = given.Username;
        // A pipe is read as a terminal would be, but nobody is there to read a prompt.
        var prompts = Context.Terminal.InputIsTerminal;
        if (username.Length == 0 && !isStdin)
        {
            if (prompts)
                Context.Out.Write("Username: ");
            username = Context.ReadLine()?.Trim() ?? "";
        }
        var secret = "";
        if (!isStdin)
        {
            if (prompts)
                Context.Out.Write(username.Length > 0 ? "Password: " : "Token: ");
            secret = (prompts ? Context.ReadSecret() : Context.ReadLine()) ?? "";
        }
        if (secret.Length == 0)
        {
            throw CommandException.WrongUsage(
                username.Length > 0 ? "password required" : "user name and password required, or a token",
                prompts ? null : "Without a terminal give -u NAME --password-stdin, or --identity-token-stdin, and the secret on standard input");
        }
        return RemoteOptions.Of(username, secret);
    }
}
