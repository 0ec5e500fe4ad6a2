namespace Gantry.Server.Access.Ldap;

/// <summary>How far a search looks; the numbers are the wire's (RFC 4511, 4.5.1.2).</summary>
internal enum LdapScope
{
    Entry = 0,
    Subtree = 2,
}
