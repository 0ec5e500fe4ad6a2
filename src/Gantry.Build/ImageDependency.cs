using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Build;

/// <summary>An image that a build took something from.</summary>
/// <param name="Reference">Its full name: Docker Hub is <c>docker.io</c>, a missing tag is <c>latest</c>.</param>
/// <param name="Digest">What the name meant during the build: the digest of the manifest, or of the index that it was chosen from.</param>
public sealed record ImageDependency(Reference Reference, Digest Digest);
