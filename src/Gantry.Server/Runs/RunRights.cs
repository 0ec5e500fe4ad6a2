using Gantry.Protocol.Token;
using Gantry.Server.Access;

namespace Gantry.Server.Runs;

/// <summary>What a caller may do with runs. A run's own token may nothing here: a build does not start builds.</summary>
public static class RunRights
{
    extension(Caller caller)
    {
        /// <summary>Whether the caller may ask for runs: whoever may push somewhere.</summary>
        public bool MayRun =>
            !caller.ActsForRun && caller.Actions.Contains(TokenActions.Push)
            && (caller.Scopes is null || caller.Scopes.Any(scope => scope.Type == Scope.RepositoryType
                && (scope.Actions.Contains(TokenActions.Push) || scope.Actions.Contains(TokenActions.All))));

        /// <summary>Whether the caller sees the runs of others.</summary>
        public bool SeesEveryRun => !caller.ActsForRun && (caller.Manages || caller.Kind == CallerKind.Developer);
    }
}
