using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Commands.Acr;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;
using Gantry.Protocol.Arm;

namespace Gantry.Cli.Commands.Admin.Access;

/// <summary>A command about the roles of a registry.</summary>
internal abstract class RoleCommand : AdminCommand
{
    /// <summary>Who is nobody, as the assignments have it.</summary>
    private const string AnonymousWord = "anonymous";

    [SetsRequiredMembers]
    protected RoleCommand(CommandContext context, string name, string summary, ArgumentRule rule, AzFormat format)
        : base(context, name, summary, rule, format)
    {
    }

    protected abstract Task<JsonNode?> ExecuteAsync(RoleClient roles, AdminClient server, ParseResult parse, CancellationToken ct);

    protected sealed override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct) =>
        await ExecuteAsync(new RegistryManagement(server.Client, await RegistryNames.FindAsync(server.Client, known: null, ct)).Roles, server, parse, ct);

    protected static Option<string?> AssigneeFlag(string help) => Flag.Text("--assignee", "ID|NAME", help);

    /// <summary>The id of a principal that was given by its id, by its name or as <c>anonymous</c>.</summary>
    /// <exception cref="CommandException">Nobody has that name, or several do.</exception>
    protected static async Task<Guid> FindPrincipalAsync(AdminClient server, string given, CancellationToken ct)
    {
        if (given.Equals(AnonymousWord, StringComparison.OrdinalIgnoreCase))
            return Guid.Empty;
        if (Guid.TryParseExact(given, "D", out var id))
            return id;
        return (await server.ListPrincipalsAsync(ct)).Where(principal => principal.Name.Equals(given, StringComparison.Ordinal)).ToArray() switch
        {
            [{ } only] => Guid.Parse(only.AppId),
            [] => throw CommandException.NotFound($"There is no principal \"{Printable.Of(given)}\".", "\"admin principal list\" shows them."),
            _ => throw CommandException.WrongUsage($"Several principals are called \"{Printable.Of(given)}\"; give its id.", "\"admin principal list\" shows them."),
        };
    }

    /// <exception cref="CommandException">There is no such role.</exception>
    protected static BuiltInRole ReadRole(string given) =>
        BuiltInRoles.Find(given) ?? BuiltInRoles.Find($"Container Registry {given}") ?? BuiltInRoles.Find($"Container Registry Repository {given}")
        ?? throw CommandException.WrongUsage($"\"{Printable.Of(given)}\" is not a role", "\"admin role definitions\" shows them.");
}
