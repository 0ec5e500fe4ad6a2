using Gantry.Protocol.Token;
using Gantry.Server.Access;

namespace Gantry.Server.Runs;

/// <summary>What a caller may do with runs. A run's own token may nothing here: a build does not start builds.</summary>
public static class RunRights
{
    extension(Caller caller)
    {
        /// <summary>
        /// Whether the caller may ask for runs: whoever may push somewhere. A run pulls wherever its owner may, and all of an owner's runs are
        /// shown to them, so a token of some repositories alone would get at the others here: it asks for nothing.
        /// </summary>
        public bool MayRun =>
            !caller.ActsForRun && caller.MaySomewhere(Rights.ContentWrite)
            && (caller.Scopes is null || (HasEverywhere(caller.Scopes, TokenActions.Pull) && HasEverywhere(caller.Scopes, TokenActions.Push)));

        /// <summary>Whether the caller sees the runs of others, and may end and keep them.</summary>
        public bool SeesEveryRun => !caller.ActsForRun && caller.May(Rights.RunsManage);
    }

    private static bool HasEverywhere(IReadOnlyList<Scope> scopes, string action) => scopes.Any(scope =>
        scope is { Type: Scope.RepositoryType, Name: "*" } && (scope.Actions.Contains(action) || scope.Actions.Contains(TokenActions.All)));
}
