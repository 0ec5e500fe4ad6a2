namespace Gantry.Server;

/// <summary>A server cannot start as it was told to; the message says what to change.</summary>
public sealed class ServerOptionsException(string message, Exception? inner = null) : Exception(message, inner);
