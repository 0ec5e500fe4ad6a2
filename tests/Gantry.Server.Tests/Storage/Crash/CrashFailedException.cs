namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>A schedule found something lost or half done; the message tells its story.</summary>
internal sealed class CrashFailedException(string message, Exception cause) : Exception($"{message}{cause}", cause);
