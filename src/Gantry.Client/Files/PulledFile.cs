using Gantry.Protocol.Oci;

namespace Gantry.Client.Files;

/// <summary>A file or folder that a pull wrote.</summary>
/// <param name="Path">Absolute; a folder ends with a separator.</param>
/// <param name="Content">The layer it came from.</param>
public sealed record PulledFile(string Path, Descriptor Content);
