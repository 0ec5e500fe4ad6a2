using Gantry.Protocol.Oci;

namespace Gantry.Server.Hosting;

/// <summary>An object of the store that a backup's dump names.</summary>
/// <param name="Path">Where it is, in the store and in the backup.</param>
/// <param name="Content">Its digest and size; null for a run's log and a build's context, which have none.</param>
public sealed record BackupObject(string Path, Descriptor? Content);
