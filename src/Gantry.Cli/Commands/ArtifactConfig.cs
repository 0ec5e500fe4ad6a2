using Gantry.Cli.Options;
using Gantry.Client.Content;
using Gantry.Client.Files;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Commands;

/// <summary>The config of an artifact that is pushed, put into a store.</summary>
internal static class ArtifactConfig
{
    /// <returns>Null where the manifest gets the config that packing makes.</returns>
    public static async ValueTask<Descriptor?> AddToAsync(
        FileStore store, ManifestPlan plan, IReadOnlyDictionary<string, string>? annotations, CommandContext context, CancellationToken ct)
    {
        if (plan.Platform is { } platform)
            return await PushAsync(store, MediaTypes.ImageConfig, Json(platform), annotations, ct);
        if (plan.Config is not { } file)
            return null;
        var config = await store.AddAsync(file.Locate(context), file.MediaType ?? MediaTypes.UnknownConfig, title: null, ct);
        return annotations is null ? config : config with { Annotations = annotations };
    }

    private static async ValueTask<Descriptor> PushAsync(FileStore store, MediaType type, byte[] content, IReadOnlyDictionary<string, string>? annotations, CancellationToken ct)
    {
        var config = Descriptor.Of(type, content) with { Annotations = annotations };
        await store.PushBytesAsync(config, content, ct);
        return config;
    }

    /// <summary>A config that says nothing but the platform, as ORAS writes it.</summary>
    private static byte[] Json(Platform platform)
    {
        var json = new GoJsonWriter();
        json.StartObject();
        json.String("architecture", platform.Architecture);
        json.String("os", platform.Os);
        json.OptionalString("os.version", platform.OsVersion);
        json.OptionalString("variant", platform.Variant);
        json.EndObject();
        return json.ToArray();
    }
}
