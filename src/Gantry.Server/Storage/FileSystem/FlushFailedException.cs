namespace Gantry.Server.Storage.FileSystem;

/// <summary>The disk did not confirm a file's bytes. Final: a second flush may report success without having written them.</summary>
public sealed class FlushFailedException(string message, Exception cause) : IOException(message, cause);
