using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Gantry.Cli.Commands.Az;

/// <summary><c>az account show</c> and <c>list</c>: who is signed in.</summary>
internal sealed class AccountShowCommand : AzCommand
{
    private readonly bool _asList;

    [SetsRequiredMembers]
    public AccountShowCommand(CommandContext context, bool asList)
        : base(context, asList ? "list" : "show", asList ? "List the sign-ins" : "Show who is signed in") => _asList = asList;

    protected override Task<JsonNode?> ExecuteAsync(ParseResult parse, CancellationToken ct)
    {
        var signIn = new SignInFile(Context).Read();
        if (_asList)
            return Task.FromResult<JsonNode?>(signIn is null ? [] : new JsonArray(Accounts.Describe(signIn)));
        return signIn is null
            ? throw new CommandException(ExitCode.Authentication, "Nobody is signed in.") { Advice = $"Run \"{SignIn.CommandIn(Context)}\"." }
            : Task.FromResult<JsonNode?>(Accounts.Describe(signIn));
    }
}
