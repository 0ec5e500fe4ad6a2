namespace Gantry.Server.Access.Conditions;

/// <summary><c>Exists @Request[…:name]</c>: whether the request names a repository.</summary>
internal sealed class PresenceTest(string text) : ConditionTest(text)
{
    public override bool? Decide(string action, string repository) => repository.Length > 0;
}
