using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Token;

namespace Gantry.Cli;

/// <summary>Tells a sign-in that is missing or wrong from one that is good and not enough.</summary>
internal static class Denial
{
    /// <summary>The user that a registry gives to whoever shows a refresh token as the password.</summary>
    private const string TokenUser = "00000000-0000-0000-0000-000000000000";

    /// <summary>A sentence and an advice for 401 and 403; null where the registry's own words are all there is to say.</summary>
    public static (string Message, string? Advice)? Explain(RegistryException refused)
    {
        // A lock or a quota may answer 403 too, and says so by its code.
        if (refused.Status is not (401 or 403) || (refused.Code is { } code && code != ErrorCode.Denied && code != ErrorCode.Unauthorized))
            return null;
        if (refused.SignedInAs is { } user)
        {
            var who = user.Length == 0 || user == TokenUser ? "with a token" : $"as {Printable.Of(user)}";
            var said = refused.Errors.Count == 0 ? "" : $" ({refused.Message})";
            return ($"you are signed in {who}, which may not {Describe(refused.Wanted)}{said}", "Ask the registry's owner for a role that allows it, or use another account");
        }
        return refused is { Status: 401, Errors.Count: 0 } ? ("the registry refused: nobody is signed in, or the user name or secret is wrong", null) : null;
    }

    private static string Describe(Scope? wanted) => wanted switch
    {
        { Type: Scope.RepositoryType } when wanted.Actions.Contains(TokenActions.Push) => $"push to {wanted.Name}",
        { Type: Scope.RepositoryType } when wanted.Actions.Contains(TokenActions.Delete) => $"delete from {wanted.Name}",
        { Type: Scope.RepositoryType } when wanted.Actions.Contains(TokenActions.MetadataWrite) => $"change the attributes of {wanted.Name}",
        { Type: Scope.RepositoryType } when wanted.Actions.Contains(TokenActions.MetadataRead) => $"read the attributes of {wanted.Name}",
        { Type: Scope.RepositoryType } => $"pull from {wanted.Name}",
        { Type: Scope.RegistryType } => "list the repositories",
        _ => "do this",
    };
}
