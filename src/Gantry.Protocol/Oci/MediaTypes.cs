namespace Gantry.Protocol.Oci;

/// <summary>The media types that the specifications and Docker give a meaning (image-spec media-types.md).</summary>
public static class MediaTypes
{
    public static readonly MediaType ImageManifest = Of("application/vnd.oci.image.manifest.v1+json");
    public static readonly MediaType ImageIndex = Of("application/vnd.oci.image.index.v1+json");
    public static readonly MediaType ImageConfig = Of("application/vnd.oci.image.config.v1+json");
    public static readonly MediaType ImageLayer = Of("application/vnd.oci.image.layer.v1.tar");
    public static readonly MediaType ImageLayerGzip = Of("application/vnd.oci.image.layer.v1.tar+gzip");
    public static readonly MediaType ImageLayerZstd = Of("application/vnd.oci.image.layer.v1.tar+zstd");
    public static readonly MediaType NonDistributableLayer = Of("application/vnd.oci.image.layer.nondistributable.v1.tar");
    public static readonly MediaType NonDistributableLayerGzip = Of("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip");
    public static readonly MediaType NonDistributableLayerZstd = Of("application/vnd.oci.image.layer.nondistributable.v1.tar+zstd");
    public static readonly MediaType Empty = Of("application/vnd.oci.empty.v1+json");

    /// <summary>Withdrawn before 1.1, still found in registries: stored and returned as it is.</summary>
    public static readonly MediaType ArtifactManifest = Of("application/vnd.oci.artifact.manifest.v1+json");
    public static readonly MediaType OrasArtifactManifest = Of("application/vnd.cncf.oras.artifact.manifest.v1+json");

    public static readonly MediaType DockerManifest = Of("application/vnd.docker.distribution.manifest.v2+json");
    public static readonly MediaType DockerManifestList = Of("application/vnd.docker.distribution.manifest.list.v2+json");
    public static readonly MediaType DockerImageConfig = Of("application/vnd.docker.container.image.v1+json");
    public static readonly MediaType DockerLayerGzip = Of("application/vnd.docker.image.rootfs.diff.tar.gzip");
    public static readonly MediaType DockerForeignLayerGzip = Of("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");
    public static readonly MediaType DockerManifestSchema1 = Of("application/vnd.docker.distribution.manifest.v1+json");
    public static readonly MediaType DockerManifestSchema1Signed = Of("application/vnd.docker.distribution.manifest.v1+prettyjws");

    /// <summary>What ORAS gives a config whose type nobody named.</summary>
    public static readonly MediaType UnknownConfig = Of("application/vnd.unknown.config.v1+json");
    public static readonly MediaType UnknownArtifact = Of("application/vnd.unknown.artifact.v1");
    public static readonly MediaType OctetStream = Of("application/octet-stream");

    extension(MediaType type)
    {
        /// <summary>A document with a config and layers.</summary>
        public bool IsImageManifest => type == ImageManifest || type == DockerManifest;

        /// <summary>A document with manifests.</summary>
        public bool IsIndex => type == ImageIndex || type == DockerManifestList;

        /// <summary>A document with blobs and neither config nor layers: the two artifact manifests of the past.</summary>
        public bool IsArtifactManifest => type == ArtifactManifest || type == OrasArtifactManifest;

        /// <summary>Anything that is stored as a manifest rather than as a blob.</summary>
        public bool IsManifest => type.IsImageManifest || type.IsIndex || type.IsArtifactManifest;

        /// <summary>Docker's first manifest format, which no registry should accept any more.</summary>
        public bool IsSchema1 => type == DockerManifestSchema1 || type == DockerManifestSchema1Signed;

        /// <summary>A config whose content names an architecture and an operating system.</summary>
        public bool IsImageConfig => type == ImageConfig || type == DockerImageConfig;

        /// <summary>A layer that may live elsewhere: a registry never demands its bytes.</summary>
        public bool IsNonDistributable =>
            type == NonDistributableLayer || type == NonDistributableLayerGzip || type == NonDistributableLayerZstd || type == DockerForeignLayerGzip;
    }

    private static MediaType Of(string text) => MediaType.Parse(text);
}
