using Gantry.Server.Metadata;
using Gantry.Server.Storage;

namespace Gantry.Server.Registry;

/// <summary>The rules of the registry by noun, over one pair of stores. The HTTP edge and the background jobs hold nothing else.</summary>
public sealed class RegistryContent
{
    public RegistryContent(IMetadataStore metadata, IBlobDriver driver, RegistryLimits limits, TimeProvider time)
    {
        Limits = limits;
        Blobs = new Blobs(metadata, driver, limits, time);
        Uploads = new Uploads(metadata, driver, limits, time);
        Manifests = new Manifests(metadata, limits, time);
        Pusher = new ManifestPusher(metadata, driver, limits, time);
        Tags = new Tags(metadata, limits, time);
        Repositories = new Repositories(metadata, limits, time);
        Referrers = new Referrers(metadata, limits);
    }

    public RegistryLimits Limits { get; }

    public Blobs Blobs { get; }

    public Uploads Uploads { get; }

    public Manifests Manifests { get; }

    public ManifestPusher Pusher { get; }

    public Tags Tags { get; }

    public Repositories Repositories { get; }

    public Referrers Referrers { get; }
}
