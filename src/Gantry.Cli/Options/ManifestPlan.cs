using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Options;

/// <summary>What kind of manifest a push makes.</summary>
/// <param name="Version">Its form.</param>
/// <param name="ArtifactType">Null where the config's type says it.</param>
/// <param name="Config">The file with the config; null for one that is made.</param>
/// <param name="Platform">What the config says in place of a file; null for nothing.</param>
internal sealed record ManifestPlan(PackVersion Version, MediaType? ArtifactType, FileArgument? Config, Platform? Platform);
