using Gantry.Build.Execution;
using Gantry.Client.Remote;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Sources;

/// <summary>What a name meant when the build asked first.</summary>
/// <param name="Repository">Where it was found: the registry's repository, or the mirror's.</param>
/// <param name="Content">The manifest or index.</param>
internal sealed record PinnedManifest(RemoteRepository Repository, ManifestContent Content)
{
    /// <summary>Asks the mirror of a registry, and the registry itself only where there is no mirror or the mirror has no such thing (404). A mirror that fails is not gone around.</summary>
    /// <exception cref="BuildException">It is nowhere, or of a format that nobody should use any more.</exception>
    public static async ValueTask<PinnedManifest> FindAsync(RegistryAccess registries, Reference name, Action<string> log, CancellationToken ct)
    {
        foreach (var place in registries.PlacesOf(name))
        {
            ManifestContent? content;
            try
            {
                content = await place.Repository.FetchManifestAsync(name.Version!, OciLimits.Default, ct).ConfigureAwait(false);
            }
            catch (Exception e) when (place.Mirror is not null && SourceProblem.Is(e))
            {
                throw new BuildException($"{SourceProblem.Of(e, name).Message} (asked of {place.Mirror}, the mirror of {name.Registry})", e);
            }
            if (content is { Descriptor.MediaType.IsSchema1: true })
                throw new BuildException($"{name} is a manifest of Docker's schema 1, which is not supported: push it again with a newer docker");
            if (content is not null)
                return new PinnedManifest(place.Repository, content);
            if (place.Mirror is { } silent)
                log($"{silent}, the mirror of {name.Registry}, does not have {name}; asking {name.Registry}");
        }
        throw SourceProblem.NotFound(name);
    }
}
