namespace Gantry.Server.Hosting;

/// <summary>A rebuild was told to stop when it had moved a database aside; the message says where that is.</summary>
public sealed class RebuildStoppedException(string message, Exception inner, CancellationToken token) : OperationCanceledException(message, inner, token);
