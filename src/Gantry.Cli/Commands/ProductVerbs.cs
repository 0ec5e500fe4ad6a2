using Gantry.Cli.Commands.Acr;
using Gantry.Cli.Commands.Admin;
using Gantry.Cli.Commands.Build;
using Gantry.Cli.Commands.Serve;
using Gantry.Cli.Commands.Worker;

namespace Gantry.Cli.Commands;

/// <summary>What the product itself needs beside ORAS's grammar: <c>build</c>, <c>acr</c>, <c>admin</c>, <c>serve</c>, <c>worker</c>.</summary>
internal static class ProductVerbs
{
    public static IReadOnlyList<Verb> All { get; } =
    [
        new("build", "Build an image from a Dockerfile, here and without a daemon", context => new BuildCommand(context)),
        AcrVerbs.Acr,
        AdminVerbs.Admin,
        new("serve", "Run a registry", context => new ServeCommand(context)),
        new("worker", "Build what a server has to build", context => new WorkerCommand(context)),
        new("--version", "Show the version", context => new VersionCommand(context)) { Hidden = true },
    ];
}
