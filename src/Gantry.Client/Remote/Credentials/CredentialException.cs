namespace Gantry.Client.Remote.Credentials;

/// <summary>The program that keeps our credentials could not tell or store one. Not an error of the line: asking again would not help.</summary>
public sealed class CredentialException(string message, Exception? inner = null) : Exception(message, inner);
