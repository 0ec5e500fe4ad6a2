using System.Globalization;
using System.Runtime.InteropServices;
using Gantry.Build.Dockerfile;
using Gantry.Build.Execution;
using Gantry.Build.Layers;
using Gantry.Build.Plan;
using Gantry.Build.Sources;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Build;

/// <summary>Builds images: context and Dockerfile in, manifest out. May be used for many builds at once.</summary>
/// <remarks><code>
///   (1) context ──► (2) Dockerfile, ignore rules ──► for each platform: (3) plan ──► (4) engine ──► output
///                                                                                                     │
///                                                                      (5) index, for several ────────┘
/// </code>
/// Everything between lies in a folder of the build's own inside the work folder, for nobody else to read, and gone when the build ends, however it ends.
/// </remarks>
/// <param name="registries">The registries that base images and contexts may come from. Not disposed.</param>
/// <param name="workFolder">Where builds may put files; made where it is missing.</param>
/// <param name="log">Told every line of a build's log.</param>
/// <param name="time">The clock.</param>
/// <param name="limits">What a context or a base's layer may unpack to.</param>
public sealed class ImageBuilder(RegistryAccess registries, string workFolder, Action<string> log, TimeProvider time, TarLimits limits)
{
    private const string EpochArgument = "SOURCE_DATE_EPOCH";

    /// <param name="options">What to build.</param>
    /// <param name="output">Receives layers, config and manifest, without a name; the manifest last. After a failure what was stored stays, nameless.</param>
    /// <param name="ct">Stops the build.</param>
    /// <exception cref="DockerfileException">The Dockerfile is wrong at a place; the message shows it.</exception>
    /// <exception cref="BuildException">Something that the build needs is missing or not allowed; the message is fit for users.</exception>
    /// <exception cref="IOException">A file changed while it was read, or the disk is full.</exception>
    public async ValueTask<ImageBuildResult> BuildAsync(ImageBuildOptions options, IContentStore output, CancellationToken ct)
    {
        try
        {
            return await RunAsync(options, output, ct).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            // Whatever was read, context or layer, was not what it must be, and the message says how.
            throw new BuildException(e.Message, e);
        }
    }

    private async ValueTask<ImageBuildResult> RunAsync(ImageBuildOptions options, IContentStore output, CancellationToken ct)
    {
        using var folder = WorkFolder.Create(workFolder);
        var epoch = Epoch(options);

        // (1)
        var images = new RegistryImages(registries, log);
        using var addresses = new AddressFetcher(registries.Options.AllowPrivate, limits.Bytes, time);
        var contexts = new ContextOpening(registries, folder.Path, log, limits);
        var files = await contexts.OpenAsync(options.Context, ct).ConfigureAwait(false);
        options.OnContextOpened?.Invoke();

        // (2)
        var dockerfile = await DockerfileReading.ReadAsync(options, files, ct).ConfigureAwait(false);
        var document = DockerfileDocument.Parse(dockerfile.Name, dockerfile.Text);
        WarnOfArguments(options, document);
        var context = files.Read(dockerfile.Ignore, ct);

        var built = new List<(Platform Platform, BuiltImage Image)>();
        foreach (var platform in options.Platforms.Count > 0 ? options.Platforms : [HostPlatform])
        {
            var environment = new BuildEnvironment
            {
                Images = images,
                Addresses = addresses,
                WorkFolder = folder.Path,
                Log = log,
                OnBuilt = options.OnBuilt,
                OnStored = options.OnStored,
                Now = epoch ?? time.GetUtcNow(),
                Compression = options.Compression,
                Labels = options.Labels,
                ScratchPlatform = platform,
                Limits = limits,
            };
            // (3) (4)
            var plan = Planner.Plan(document, new PlanOptions { Target = options.Target, Arguments = Arguments(options), TargetPlatform = platform, BuildPlatform = HostPlatform });
            built.Add((platform, await new BuildEngine(environment).BuildAsync(plan, context, output, ct).ConfigureAwait(false)));
        }

        // (5)
        var root = built is [var only] ? only.Image.Manifest : await PushIndexAsync(built, output, ct).ConfigureAwait(false);
        return Result(root, [.. built.Select(one => one.Image)]);
    }

    /// <summary>What builds without a platform are for: Linux on this machine's processor.</summary>
    public static Platform HostPlatform => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => new Platform { Os = "linux", Architecture = "amd64" },
        Architecture.X86 => new Platform { Os = "linux", Architecture = "386" },
        Architecture.Arm => new Platform { Os = "linux", Architecture = "arm", Variant = "v7" },
        Architecture.Armv6 => new Platform { Os = "linux", Architecture = "arm", Variant = "v6" },
        var other => new Platform { Os = "linux", Architecture = other.ToString().ToLowerInvariant() },
    };

    private static async ValueTask<ManifestContent> PushIndexAsync(List<(Platform Platform, BuiltImage Image)> built, IContentStore output, CancellationToken ct)
    {
        var index = new ImageIndex
        {
            MediaType = MediaTypes.ImageIndex,
            Entries = [.. built.Select(one => one.Image.Manifest.Descriptor.Bare() with { Platform = one.Platform })],
        };
        var content = ManifestContent.Of(MediaTypes.ImageIndex, index.ToJson());
        await output.PushBytesAsync(content.Descriptor, content.Bytes, ct).ConfigureAwait(false);
        return content;
    }

    private static ImageBuildResult Result(ManifestContent root, List<BuiltImage> images)
    {
        var runtime = images[0].RuntimeBase is { } first ? Base(first) : null;
        var others = images.SelectMany(image => image.BuildtimeBases.Append(image.RuntimeBase)).OfType<ResolvedImage>().Select(Base);
        return new ImageBuildResult(root, images, runtime, [.. others.Where(other => other != runtime).Distinct()]);
    }

    private static ImageDependency Base(ResolvedImage image) => new(ImageName.Parse(image.Reference), image.Root.Digest);

    private static IReadOnlyDictionary<string, string> Arguments(ImageBuildOptions options) =>
        options.SourceDateEpoch is { } epoch
            ? new Dictionary<string, string>(options.Arguments, StringComparer.Ordinal) { [EpochArgument] = epoch.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) }
            : options.Arguments;

    private static DateTimeOffset? Epoch(ImageBuildOptions options)
    {
        if (options.SourceDateEpoch is { } given)
            return given;
        if (options.Arguments.GetValueOrDefault(EpochArgument) is not { Length: > 0 } text)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new BuildException($"{EpochArgument}={Protocol.Printable.Of(text)} is not a number of seconds since 1970");
    }

    private void WarnOfArguments(ImageBuildOptions options, DockerfileDocument document)
    {
        var unused = PredefinedArguments.Unused(options.Arguments.Keys, document);
        if (unused.Count > 0)
            log($"[Warning] One or more build-args [{string.Join(' ', unused.Select(name => Protocol.Printable.Of(name)))}] were not consumed");
    }
}
