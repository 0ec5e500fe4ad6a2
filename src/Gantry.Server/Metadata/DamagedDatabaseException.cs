namespace Gantry.Server.Metadata;

/// <summary>The database can be reached, and what it holds cannot be read: its pages are broken. To try again does not help.</summary>
/// <param name="found">What was found, as the engine says it.</param>
/// <param name="inner">The engine's own failure.</param>
public sealed class DamagedDatabaseException(string found, Exception inner)
    : IOException($"the database is damaged: {found.TrimEnd('.')}. Move it aside, then put a backup back (\"gantry admin restore\"), or make it anew from the journal beside the blobs (\"gantry admin rebuild\")", inner);
