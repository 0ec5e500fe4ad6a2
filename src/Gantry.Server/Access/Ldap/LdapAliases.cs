namespace Gantry.Server.Access.Ldap;

/// <summary>Whether a search follows aliases; the number is the wire's (RFC 4511, 4.5.1.3). Ours never do: an alias is somebody else's name for an entry.</summary>
internal enum LdapAliases
{
    Never = 0,
}
