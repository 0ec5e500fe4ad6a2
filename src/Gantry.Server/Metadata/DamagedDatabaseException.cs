namespace Gantry.Server.Metadata;

/// <summary>The database can be reached, and what it holds cannot be read: its pages are broken. To try again does not help.</summary>
public sealed class DamagedDatabaseException(string message, Exception inner) : IOException(message, inner);
