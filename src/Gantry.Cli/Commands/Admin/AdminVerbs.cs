using Gantry.Cli.Commands.Admin.Access;
using Gantry.Cli.Commands.Admin.Archive;
using Gantry.Cli.Commands.Admin.Federation;
using Gantry.Cli.Commands.Admin.Principals;

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
            new("show", "Show a principal", context => new PrincipalShowCommand(context)),
            new("update", "Let a principal sign in, or not any more", context => new PrincipalUpdateCommand(context)),
            new("revoke", "End every token of a principal", context => new PrincipalRevokeCommand(context)),
            new("reset", "Give a service principal a new password in place of all it had", context => new PrincipalResetCommand(context)),
            new("delete", "Delete a service principal", context => new PrincipalDeleteCommand(context)) { Aliases = ["rm"] },
            new("secret", "Manage the secrets of a service principal",
            [
                new("add", "Give a service principal a further secret", context => new SecretAddCommand(context)),
                new("delete", "Take a secret back", context => new SecretDeleteCommand(context)) { Aliases = ["rm"] },
            ]),
            new("federated-credential", "Let tokens of outside issuers stand for a service principal",
            [
                new("add", "Let tokens of an issuer stand for a service principal", context => new CredentialAddCommand(context)),
                new("list", "List what outside tokens stand for a service principal", context => new CredentialListCommand(context)) { Aliases = ["ls"] },
                new("delete", "Let tokens no longer stand for a service principal", context => new CredentialDeleteCommand(context)) { Aliases = ["rm"] },
            ]),
        ]),
        new("group", "Manage groups of principals",
        [
            new("create", "Create a group", context => new GroupCreateCommand(context)),
            new("list", "List the groups", context => new GroupListCommand(context)) { Aliases = ["ls"] },
            new("delete", "Delete a group", context => new GroupDeleteCommand(context)) { Aliases = ["rm"] },
            new("member", "Say who is in a group",
            [
                new("add", "Put somebody into a group", context => new MemberAddCommand(context)),
                new("list", "List who is in a group", context => new MemberListCommand(context)) { Aliases = ["ls"] },
                new("remove", "Take somebody out of a group", context => new MemberRemoveCommand(context)) { Aliases = ["rm"] },
            ]),
        ]),
        new("settings", "Say what Azure has no word for",
        [
            new("show", "Show the settings of a registry", context => new SettingsShowCommand(context)),
            new("update", "Change the settings of a registry", context => new SettingsUpdateCommand(context)),
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
