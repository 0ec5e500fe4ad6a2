namespace Gantry.Server.Access.Ldap;

/// <summary>The directory could not be asked, or answered what cannot be used. Says nothing about any password.</summary>
public sealed class LdapException(string message, Exception? inner = null) : Exception(message, inner);
