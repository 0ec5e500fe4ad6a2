using Gantry.Cli.Commands.Acr.Management;
using Gantry.Cli.Commands.Acr.Runs;
using Gantry.Cli.Commands.Az;

namespace Gantry.Cli.Commands.Acr;

/// <summary><c>acr …</c>: az acr's grammar. What a later version brings is known already and says so.</summary>
internal static class AcrVerbs
{
    private static readonly Verb Repository = new("repository", "Manage the repositories of a registry",
    [
        new("list", "List the repositories", context => new RepositoryListCommand(context)),
        new("show", "Show the attributes of a repository, tag or manifest", context => new RepositoryShowCommand(context)),
        new("show-tags", "Show the tags of a repository", context => new RepositoryShowTagsCommand(context)),
        new("show-manifests", "Show the manifests of a repository (deprecated)", context => new RepositoryShowManifestsCommand(context)) { Hidden = true },
        new("update", "Lock or unlock a repository, tag or manifest", context => new RepositoryUpdateCommand(context)),
        new("untag", "Remove a tag and keep its manifest", context => new RepositoryUntagCommand(context)),
        new("delete", "Delete a repository, or a manifest with its tags", context => new RepositoryDeleteCommand(context)),
        Later("acr repository", "list-deleted"),
    ]);

    private static readonly Verb Task = new("task", "See and end the runs of a registry",
    [
        new("list-runs", "List the runs, newest first", context => new TaskListRunsCommand(context)),
        new("show-run", "Show a run", context => new TaskShowRunCommand(context)),
        new("logs", "Show the log of a run until its end", context => new TaskLogsCommand(context)),
        new("cancel-run", "End a run", context => new TaskCancelRunCommand(context)),
        .. "create credential delete identity list run show timer update update-run".Split(' ').Select(command => Later("acr task", command)),
    ]);

    private static readonly Verb Token = new("token", "Manage repository-scoped tokens",
    [
        new("create", "Make a token and show its passwords", context => new TokenCreateCommand(context)),
        new("list", "List the tokens", context => new TokenListCommand(context)),
        new("show", "Show a token", context => new TokenShowCommand(context)),
        new("update", "Give a token another scope map, or enable or disable it", context => new TokenUpdateCommand(context)),
        new("delete", "Delete a token", context => new TokenDeleteCommand(context)),
        new("credential", "Manage the passwords of tokens",
        [
            new("generate", "Make passwords for a token", context => new TokenCredentialGenerateCommand(context)),
            new("delete", "Delete passwords of a token", context => new TokenCredentialDeleteCommand(context)),
        ]),
    ]);

    private static readonly Verb ScopeMap = new("scope-map", "Manage scope maps, the sets of actions that tokens have",
    [
        new("create", "Make a scope map", context => new ScopeMapCreateCommand(context)),
        new("list", "List the scope maps", context => new ScopeMapListCommand(context)),
        new("show", "Show a scope map", context => new ScopeMapShowCommand(context)),
        new("update", "Change a scope map", context => new ScopeMapUpdateCommand(context)),
        new("delete", "Delete a scope map", context => new ScopeMapDeleteCommand(context)),
    ]);

    private static readonly Verb Credential = new("credential", "Manage the admin user of a registry",
    [
        new("show", "Show what the admin user signs in with", context => new CredentialShowCommand(context)),
        new("renew", "Replace a password of the admin user", context => new CredentialRenewCommand(context)),
    ]);

    private static readonly Verb Config = new("config", "Manage the policies of a registry",
    [
        new("authentication-as-arm", "Tokens that are meant for the management API",
        [
            new("show", "Show whether they open the registry too", context => new AuthenticationAsArmShowCommand(context)),
            new("update", "Say whether they open the registry too", context => new AuthenticationAsArmUpdateCommand(context)),
        ]),
        .. "content-trust retention soft-delete".Split(' ').Select(command => Later("acr config", command)),
    ]);

    private static readonly Verb NetworkRule = new("network-rule", "Manage the addresses that may reach a registry",
    [
        new("list", "List the rules", context => new NetworkRuleListCommand(context)),
        new("add", "Let an address in", context => new NetworkRuleAddCommand(context)),
        new("remove", "Take a rule back", context => new NetworkRuleRemoveCommand(context)),
    ]);

    /// <summary>The groups of az acr that this version lacks, with their commands.</summary>
    private static readonly (string Group, string Commands)[] LaterGroups =
    [
        ("manifest", "delete list list-deleted list-deleted-tags list-metadata list-referrers restore show show-metadata update-metadata"),
        ("webhook", "create delete get-config list list-events ping show update"),
        ("cache", "create delete list show update"),
        ("credential-set", "create delete list show update"),
        ("replication", "create delete list show update"),
        ("connected-registry", "create deactivate delete get-settings install list list-client-tokens permissions repo resync show update"),
        ("taskrun", "delete list logs show"),
        ("agentpool", "create delete list show update"),
        ("pack", "build"),
        ("identity", "assign remove show"),
        ("encryption", "rotate-key show"),
        ("artifact-streaming", "create operation show update"),
        ("private-endpoint-connection", "approve delete list reject show"),
        ("private-link-resource", "list"),
        ("helm", "delete install-cli list push repo show"),
    ];

    private const string LaterCommands = "check-health create delete import run show-endpoints show-usage";

    public static Verb Acr { get; } = new("acr", "Manage registries, in az acr's grammar",
    [
        new("login", "Sign docker and oras in to a registry", context => new AcrLoginCommand(context)),
        new("build", "Build an image in the registry from a Dockerfile", context => new AcrBuildCommand(context)),
        Repository,
        new("show", "Show a registry", context => new RegistryShowCommand(context)),
        new("list", "List the registries of a server", context => new RegistryListCommand(context)),
        new("update", "Change a registry", context => new RegistryUpdateCommand(context)),
        new("check-name", "Tell whether a registry can have a name", context => new CheckNameCommand(context)),
        Token,
        ScopeMap,
        Credential,
        Config,
        NetworkRule,
        Task,
        .. LaterGroups.Select(group => new Verb(group.Group, "Not available yet", [.. group.Commands.Split(' ').Select(command => Later($"acr {group.Group}", command))]) { Hidden = true }),
        .. LaterCommands.Split(' ').Select(command => Later("acr", command)),
    ]);

    private static Verb Later(string path, string name) =>
        new(name, "Not available yet", _ => new AdviceCommand(name, $"Not available yet in this version: {path} {name}")) { Hidden = true };
}
