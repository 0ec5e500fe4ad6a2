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

    /// <summary>The groups of az acr that this version lacks, with their commands.</summary>
    private static readonly (string Group, string Commands)[] LaterGroups =
    [
        ("manifest", "delete list list-deleted list-deleted-tags list-metadata list-referrers restore show show-metadata update-metadata"),
        ("token", "create credential delete list show update"),
        ("scope-map", "create delete list show update"),
        ("credential", "renew show"),
        ("webhook", "create delete get-config list list-events ping show update"),
        ("config", "authentication-as-arm content-trust retention soft-delete"),
        ("cache", "create delete list show update"),
        ("credential-set", "create delete list show update"),
        ("replication", "create delete list show update"),
        ("connected-registry", "create deactivate delete get-settings install list list-client-tokens permissions repo resync show update"),
        ("taskrun", "delete list logs show"),
        ("agentpool", "create delete list show update"),
        ("pack", "build"),
        ("network-rule", "add list remove"),
        ("identity", "assign remove show"),
        ("encryption", "rotate-key show"),
        ("artifact-streaming", "create operation show update"),
        ("private-endpoint-connection", "approve delete list reject show"),
        ("private-link-resource", "list"),
        ("helm", "delete install-cli list push repo show"),
    ];

    private const string LaterCommands = "check-health check-name create delete import list run show show-endpoints show-usage update";

    public static Verb Acr { get; } = new("acr", "Manage registries, in az acr's grammar",
    [
        new("login", "Sign docker and oras in to a registry", context => new AcrLoginCommand(context)),
        new("build", "Build an image in the registry from a Dockerfile", context => new AcrBuildCommand(context)),
        Repository,
        Task,
        .. LaterGroups.Select(group => new Verb(group.Group, "Not available yet", [.. group.Commands.Split(' ').Select(command => Later($"acr {group.Group}", command))]) { Hidden = true }),
        .. LaterCommands.Split(' ').Select(command => Later("acr", command)),
    ]);

    private static Verb Later(string path, string name) =>
        new(name, "Not available yet", _ => new AdviceCommand(name, $"Not available yet in this version: {path} {name}")) { Hidden = true };
}
