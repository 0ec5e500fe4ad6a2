using Gantry.Cli.Commands.Admin.Access;
using Gantry.Cli.Commands.Admin.Archive;
using Gantry.Cli.Commands.Admin.Federation;

namespace Gantry.Cli.Commands.Admin;

/// <summary><c>admin …</c>: what operators do to a server.</summary>
internal static class AdminVerbs
{
    public static Verb Admin { get; } = new("admin", "Operate a Gantry server",
    [
        new("principal", "Manage service principals",
        [
            new("create", "Create a service principal and print what it signs in with", context => new PrincipalCreateCommand(context)),
            new("list", "List the service principals", context => new PrincipalListCommand(context)) { Aliases = ["ls"] },
            new("reset", "Give a service principal a new password", context => new PrincipalResetCommand(context)),
            new("delete", "Delete a service principal", context => new PrincipalDeleteCommand(context)) { Aliases = ["rm"] },
            new("federated-credential", "Let tokens of outside issuers stand for a service principal",
            [
                new("add", "Let tokens of an issuer stand for a service principal", context => new CredentialAddCommand(context)),
                new("list", "List what outside tokens stand for a service principal", context => new CredentialListCommand(context)) { Aliases = ["ls"] },
                new("delete", "Let tokens no longer stand for a service principal", context => new CredentialDeleteCommand(context)) { Aliases = ["rm"] },
            ]),
        ]),
        new("federation", "Manage the issuers whose tokens a registry takes",
        [
            new("create", "Trust an OpenID Connect issuer", context => new IssuerCreateCommand(context)),
            new("list", "List the trusted issuers", context => new IssuerListCommand(context)) { Aliases = ["ls"] },
            new("show", "Show a trusted issuer", context => new IssuerShowCommand(context)),
            new("delete", "Trust an issuer no longer", context => new IssuerDeleteCommand(context)) { Aliases = ["rm"] },
            new("test", "Tell what a token would come to, and why", context => new FederationTestCommand(context)),
        ]),
        new("role", "Say who may do what",
        [
            new("assign", "Give a principal a role", context => new RoleAssignCommand(context)),
            new("list", "List who has which role", context => new RoleListCommand(context)) { Aliases = ["ls"] },
            new("delete", "Take a role back", context => new RoleDeleteCommand(context)) { Aliases = ["rm"] },
            new("definitions", "List the roles there are", context => new RoleDefinitionsCommand(context)),
        ]),
        new("access", "Find out who may do what",
        [
            new("explain", "Tell whether somebody may do something, and why", context => new AccessExplainCommand(context)),
        ]),
        new("backup", "Back a running server up into a folder", context => new BackupCommand(context)),
        new("restore", "Restore a backup into empty stores, offline", context => new RestoreCommand(context)),
        new("rebuild", "Make a lost database anew from the journal, offline", context => new RebuildCommand(context)),
        new("import", "Import docker-registry's folder or an OCI layout", context => new ImportCommand(context)),
        new("collect", "Delete what nobody needs any more", context => new CollectCommand(context)),
        new("why", "Tell what keeps a blob or a manifest", context => new WhyCommand(context)),
        new("scrub", "Read everything that is stored anew, and verify it", context => new ScrubCommand(context)),
        new("check", "Compare database and store, and repair what disagrees", context => new CheckCommand(context)),
        new("audit", "Tell who did what", context => new AuditCommand(context)),
        new("config", "Look at the settings of gantry serve",
        [
            new("show", "Show the settings as file, environment and flags make them", context => new ConfigShowCommand(context)),
            new("verify", "Check a file of settings", context => new ConfigVerifyCommand(context)),
            new("schema", "Print the JSON schema of a file of settings", context => new ConfigSchemaCommand(context)),
        ]),
    ]);
}
