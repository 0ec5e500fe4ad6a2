using Gantry.Build.Execution;
using Gantry.Client.Content;
using Gantry.Protocol;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Sources;

/// <summary>Base images of one build, from their registries. A name is looked up once, for all platforms; from then on its digest stands for it.</summary>
/// <remarks><code>
///   (1) name ──► mirror, else registry ──► manifest or index, pinned ──► (2) the platform's manifest ──► (3) config
/// </code>
/// No layer is touched.
/// </remarks>
internal sealed class RegistryImages(RegistryAccess registries, Action<string> log) : IImageSource
{
    private readonly Dictionary<string, PinnedManifest> _pinned = new(StringComparer.Ordinal);

    public async ValueTask<ResolvedImage> ResolveAsync(string reference, Platform platform, CancellationToken ct)
    {
        var name = ParseName(reference);
        try
        {
            // (1)
            if (!_pinned.TryGetValue(name.ToString(), out var pinned))
                _pinned[name.ToString()] = pinned = await PinnedManifest.FindAsync(registries, name, log, ct).ConfigureAwait(false);

            // (2)
            var (manifest, isChosen) = await ChooseAsync(name, pinned, platform, ct).ConfigureAwait(false);
            if (!manifest.Config.MediaType.IsImageConfig)
                throw new BuildException($"{name} is an artifact and no image: its config is {manifest.Config.MediaType}");

            // (3)
            var bytes = await pinned.Repository.FetchBytesAsync(manifest.Config, OciLimits.Default, ct).ConfigureAwait(false);
            var config = ImageConfig.Parse(bytes, OciLimits.Default)
                ?? throw new BuildException($"{name} is an artifact and no image: its config names no platform");
            if (!isChosen && !PlatformOrder.Accepts(platform, config.Platform))
                log($"[Warning] the image {reference} is for {Printable.Of(PlatformOrder.Text(config.Platform))}, not for {PlatformOrder.Text(platform)}, which this build is for; it has no other");
            return new ResolvedImage(reference, new RepositoryLayers(pinned.Repository), pinned.Content.Descriptor, manifest, config);
        }
        catch (Exception e) when (SourceProblem.Is(e))
        {
            throw SourceProblem.Of(e, name);
        }
    }

    private static Reference ParseName(string reference)
    {
        try
        {
            return ImageName.Parse(reference);
        }
        catch (FormatException e)
        {
            throw new BuildException($"\"{Printable.Of(reference)}\" is no image: {e.Message}", e);
        }
    }

    private static async ValueTask<(ImageManifest Manifest, bool IsChosen)> ChooseAsync(Reference name, PinnedManifest pinned, Platform platform, CancellationToken ct)
    {
        switch (pinned.Content.Parse())
        {
            case ImageManifest manifest:
                return (manifest, false);
            case ImageIndex index:
                var entry = PlatformOrder.Choose(platform, [.. index.Manifests.Where(entry => entry.MediaType.IsImageManifest)])
                    ?? throw new BuildException($"{name} is not there for {PlatformOrder.Text(platform)}: it is for {Offered(index)}");
                var bytes = await pinned.Repository.FetchBytesAsync(entry, OciLimits.Default, ct).ConfigureAwait(false);
                return ((ImageManifest)Manifest.Parse(bytes, entry.MediaType, OciLimits.Default), entry.Platform is not null);
            default:
                throw new BuildException($"{name} is an artifact and no image: it is {pinned.Content.Descriptor.MediaType}");
        }
    }

    private static string Offered(ImageIndex index)
    {
        var platforms = index.Manifests.Select(entry => entry.Platform).OfType<Platform>().Where(platform => platform.Os != "unknown").Select(PlatformOrder.Text).Distinct().ToList();
        return platforms.Count == 0 ? "no platform" : Printable.Of(string.Join(", ", platforms));
    }
}
