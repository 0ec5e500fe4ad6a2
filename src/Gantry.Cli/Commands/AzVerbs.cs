using Gantry.Cli.Commands.Acr;
using Gantry.Cli.Commands.Az;

namespace Gantry.Cli.Commands;

/// <summary>az's grammar: what the program understands under the name <c>az</c>.</summary>
internal static class AzVerbs
{
    private const string Principals = "Run \"gantry admin principal create NAME --role AcrPull|AcrPush|AcrDelete|Owner\": it makes the service principal, gives it its role and prints its appId and password.";

    public static IReadOnlyList<Verb> All { get; } =
    [
        new("login", "Sign in to a Gantry server", context => new AzLoginCommand(context)),
        new("logout", "Sign out", context => new AzLogoutCommand(context)),
        new("account", "See who is signed in",
        [
            new("show", "Show who is signed in", context => new AccountShowCommand(context, asList: false)),
            new("list", "List the sign-ins", context => new AccountShowCommand(context, asList: true)),
        ]),
        AcrVerbs.Acr,
        new("ad", "Service principals are made with gantry admin",
        [
            new("sp", "Service principals are made with gantry admin",
            [
                new("create-for-rbac", "Not done here: gantry admin principal create",
                    _ => new AdviceCommand("create-for-rbac", "Service principals of a Gantry server are not made with az.", Principals)),
            ]),
        ]) { Hidden = true },
        new("role", "Roles are given with gantry admin",
        [
            new("assignment", "Roles are given with gantry admin",
            [
                new("create", "Not done here: gantry admin principal create",
                    _ => new AdviceCommand("create", "Roles of a Gantry server are not assigned with az.", Principals)),
            ]),
        ]) { Hidden = true },
        new("--version", "Show the version", context => new AzVersionCommand(context)) { Hidden = true, Aliases = ["-v"] },
        new("version", "Show the version", context => new AzVersionCommand(context)),
    ];
}
