using System.Globalization;
using Gantry.Protocol;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>Makes artifact manifests (image-spec manifest.md, "Guidelines for Artifact Usage"), byte for byte as ORAS does.</summary>
public static class Packer
{
    /// <summary>The type of a 1.1 artifact that nobody gave a type.</summary>
    public static readonly MediaType UnknownArtifact = MediaType.Parse("application/vnd.unknown.artifact.v1");

    /// <summary>The config type of a 1.0 artifact that nobody gave a type.</summary>
    public static readonly MediaType UnknownConfig = MediaType.Parse("application/vnd.unknown.config.v1+json");

    /// <summary>Writes the manifest, and the empty config or layer where it needs one, to a store.</summary>
    /// <returns>The manifest; its descriptor carries the artifact type and the annotations, as ORAS reports them and lists them in a layout.</returns>
    /// <exception cref="ArgumentException">The options contradict each other; the message is fit for users.</exception>
    public static async ValueTask<ManifestContent> PackAsync(IContentStore store, PackOptions options, CancellationToken ct = default)
    {
        var manifest = options.Version switch
        {
            PackVersion.V10 => await Pack10Async(store, options, ct).ConfigureAwait(false),
            _ => await Pack11Async(store, options, ct).ConfigureAwait(false),
        };
        var content = ManifestContent.Of(MediaTypes.ImageManifest, manifest.ToJson());
        content = content with
        {
            Descriptor = content.Descriptor with
            {
                ArtifactType = options.Version == PackVersion.V10 ? manifest.Config.MediaType : manifest.ArtifactType,
                Annotations = manifest.Annotations,
            },
        };
        await store.PushBytesAsync(content.Descriptor, content.Bytes, ct).ConfigureAwait(false);
        return content;
    }

    private static async ValueTask<ImageManifest> Pack11Async(IContentStore store, PackOptions options, CancellationToken ct)
    {
        var artifactType = options.ArtifactType;
        if (artifactType is null && (options.Config is null || options.Config.MediaType == MediaTypes.Empty))
            artifactType = UnknownArtifact;
        ExpectWellFormed(artifactType, "artifact type");
        ExpectWellFormed(options.Config?.MediaType, "config media type");

        var annotations = Annotate(options);
        if (options.Config is null || options.Layers.Count == 0)
            await PushEmptyAsync(store, Descriptor.EmptyJson, ct).ConfigureAwait(false);
        return new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            ArtifactType = artifactType,
            Config = options.Config ?? Descriptor.EmptyJson with { Annotations = options.ConfigAnnotations },
            Layers = options.Layers.Count == 0 ? [Descriptor.EmptyJson] : options.Layers,
            Subject = options.Subject,
            Annotations = annotations,
        };
    }

    private static async ValueTask<ImageManifest> Pack10Async(IContentStore store, PackOptions options, CancellationToken ct)
    {
        if (options.Subject is not null)
            throw new ArgumentException("a subject needs image spec v1.1", nameof(options));
        if (options is { ArtifactType: not null, Config: not null })
            throw new ArgumentException("with image spec v1.0 the config's media type is the artifact type: give one of them, not both", nameof(options));
        ExpectWellFormed(options.ArtifactType, "artifact type");
        ExpectWellFormed(options.Config?.MediaType, "config media type");

        var annotations = Annotate(options);
        var config = options.Config;
        if (config is null)
        {
            config = Descriptor.Of(options.ArtifactType ?? UnknownConfig, "{}"u8) with { Annotations = options.ConfigAnnotations };
            await PushEmptyAsync(store, config, ct).ConfigureAwait(false);
        }
        return new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            Config = config,
            Layers = options.Layers,
            Annotations = annotations,
        };
    }

    /// <summary>The title of a config is its own business: without it the store keeps the two bytes in memory, or wherever nameless content goes.</summary>
    private static ValueTask PushEmptyAsync(IContentStore store, Descriptor empty, CancellationToken ct) =>
        store.PushBytesAsync(empty.Bare(), "{}"u8.ToArray(), ct);

    private static Dictionary<string, string> Annotate(PackOptions options)
    {
        var annotations = new Dictionary<string, string>(options.Annotations ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        if (!annotations.TryGetValue(Annotations.Created, out var created))
            annotations[Annotations.Created] = options.Created.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        else if (!IsRfc3339(created))
            throw new ArgumentException($"annotation {Annotations.Created} is \"{Printable.Of(created)}\", which is not an RFC 3339 time such as 2026-01-31T12:00:00Z", nameof(options));
        return annotations;
    }

    /// <summary>Seconds may have any number of decimals, more than .NET's own parser takes.</summary>
    private static bool IsRfc3339(string time)
    {
        var zone = time.AsSpan().LastIndexOfAny("Z+-");
        var dot = time.IndexOf('.', StringComparison.Ordinal);
        if (dot >= 0)
        {
            if (zone <= dot + 1 || time.AsSpan((dot + 1)..zone).ContainsAnyExceptInRange('0', '9'))
                return false;
            time = time[..dot] + time[zone..];
        }
        return DateTimeOffset.TryParseExact(time, ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:sszzz"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
    }

    private static void ExpectWellFormed(MediaType? type, string what)
    {
        if (type is { IsWellFormed: false } bad)
            throw new ArgumentException($"the {what} \"{Printable.Of(bad.ToString())}\" is not a media type as RFC 6838 writes it: type/subtype");
    }
}
