namespace Gantry.Cli.Commands;

/// <summary>ORAS's grammar.</summary>
internal static class OrasVerbs
{
    public static IReadOnlyList<Verb> All { get; } =
    [
        new("login", "Log in to a remote registry", context => new LoginCommand(context)),
        new("logout", "Log out from a remote registry", context => new LogoutCommand(context)),
        new("push", "Push files to a registry or an OCI image layout", context => new PushCommand(context)),
        new("pull", "Pull files from a registry or an OCI image layout", context => new PullCommand(context)),
        new("attach", "Attach files to an existing artifact", context => new AttachCommand(context)),
        new("discover", "Discover the referrers of a manifest", context => new DiscoverCommand(context)),
        new("cp", "Copy artifacts from one target to another", context => new CopyCommand(context)) { Aliases = ["copy"] },
        new("tag", "Tag a manifest in a registry or an OCI image layout", context => new TagCommand(context)),
        new("resolve", "Resolve the digest of an artifact", context => new ResolveCommand(context)) { Aliases = ["digest"] },
        new("manifest", "Manifest operations",
        [
            new("fetch", "Fetch the manifest of an artifact", context => new ManifestFetchCommand(context)) { Aliases = ["get", "show"] },
            new("fetch-config", "Fetch the config of a manifest", context => new ManifestFetchConfigCommand(context)) { Aliases = ["get-config"] },
        ]),
        new("blob", "Blob operations",
        [
            new("fetch", "Fetch a blob from a registry or an OCI image layout", context => new BlobFetchCommand(context)) { Aliases = ["get"] },
        ]),
        new("repo", "Repository operations",
        [
            new("ls", "List the repositories of a registry", context => new RepoListCommand(context)) { Aliases = ["list"] },
            new("tags", "List the tags of a repository", context => new RepoTagsCommand(context)) { Aliases = ["show-tags"] },
        ])
        { Aliases = ["repository"] },
        new("version", "Show the version", context => new VersionCommand(context)),
    ];
}
