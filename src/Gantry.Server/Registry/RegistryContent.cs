using Gantry.Server.Metadata;
using Gantry.Server.Storage;

namespace Gantry.Server.Registry;

/// <summary>The rules of the registry by noun, over one pair of stores. The HTTP edge and the background jobs hold nothing else.</summary>
public sealed class RegistryContent(IMetadataStore metadata, IBlobDriver driver, RegistryLimits limits, TimeProvider time)
{
    public RegistryLimits Limits { get; } = limits;

    public Blobs Blobs { get; } = new(metadata, driver, limits, time);

    public Uploads Uploads { get; } = new(metadata, driver, limits, time);

    public Manifests Manifests { get; } = new(metadata, limits, time);

    public ManifestPusher Pusher { get; } = new(metadata, driver, limits, time);

    public Tags Tags { get; } = new(metadata, limits, time);

    public Repositories Repositories { get; } = new(metadata, limits, time);

    public Referrers Referrers { get; } = new(metadata, limits);
}
