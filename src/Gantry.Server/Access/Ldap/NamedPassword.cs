namespace Gantry.Server.Access.Ldap;

/// <summary>A name and a password, as somebody typed them.</summary>
public readonly record struct NamedPassword(string Name, string Password)
{
    /// <summary>A record would print both.</summary>
    public override string ToString() => "(a name and its password)";
}
