using Gantry.Protocol.Oci;

namespace Gantry.Build.Execution;

/// <summary>A base's layer under the OCI name of what it is: Docker's names and OCI's do not belong into one manifest.</summary>
internal static class OciLayer
{
    private static readonly MediaType DockerLayer = MediaType.Parse("application/vnd.docker.image.rootfs.diff.tar");

    public static Descriptor Of(Descriptor layer) =>
        layer.MediaType == MediaTypes.DockerLayerGzip ? layer with { MediaType = MediaTypes.ImageLayerGzip }
        : layer.MediaType == MediaTypes.DockerForeignLayerGzip ? layer with { MediaType = MediaTypes.NonDistributableLayerGzip }
        : layer.MediaType == DockerLayer ? layer with { MediaType = MediaTypes.ImageLayer }
        : layer;
}
