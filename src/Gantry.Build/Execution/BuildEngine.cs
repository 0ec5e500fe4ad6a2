using Gantry.Build.Context;
using Gantry.Build.Dockerfile;
using Gantry.Build.Layers;
using Gantry.Build.Plan;
using Gantry.Build.Sources;
using Gantry.Client.Content;
using Gantry.Client.Remote;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Execution;

/// <summary>Builds an image from a plan: base layers by digest, new layers straight from their sources, never an unpacked root file system.</summary>
/// <remarks><code>
///   for each stage that the target needs:
///     (1) base: resolve, pin ──► (2) replace variables, gather steps ──► (3) each step: entries ──► layer, or a change of the config
///   (4) target: layers, config, manifest ──► output store, manifest last
/// </code></remarks>
public sealed class BuildEngine(BuildEnvironment environment)
{
    /// <summary>As many as docker pushes at once, give or take.</summary>
    private const int StoredAtOnce = 4;

    private readonly Dictionary<int, StageResult> _stages = [];
    private readonly Dictionary<int, EvaluatedStage> _evaluated = [];
    private readonly Dictionary<string, ResolvedImage> _images = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StageResult> _copiedImages = new(StringComparer.Ordinal);

    /// <summary>Builds the plan's target into a store.</summary>
    /// <param name="plan">What to build.</param>
    /// <param name="context">What COPY and ADD take from.</param>
    /// <param name="output">Receives layers, config and manifest, without a name.</param>
    /// <param name="ct">Stops the build; what was stored stays, nameless.</param>
    /// <exception cref="DockerfileException">An instruction is wrong at its place.</exception>
    /// <exception cref="BuildException">A source, an image or a user is missing.</exception>
    public async ValueTask<BuiltImage> BuildAsync(BuildPlan plan, BuildContext context, IContentStore output, CancellationToken ct)
    {
        var total = plan.Stages.Sum(stage => stage.Instructions.Count + 1);
        var number = 0;
        foreach (var stage in plan.Stages)
        {
            // (1)
            Announce(stage.From);
            var result = await PlacedAsync(plan, stage, stage.From, () => BeginAsync(stage, ct)).ConfigureAwait(false);
            environment.Log($" ---> {(result.Config.DiffIds is [.., var last] ? last.Short : "scratch")}");

            // (2)
            var parent = stage.Base is StageOrigin.Stage(var earlier) ? _evaluated[earlier] : null;
            var evaluated = _evaluated[stage.Index] = StageEvaluator.Evaluate(plan, stage, stage.Base is StageOrigin.Scratch ? null : result.Config, parent);

            // (3)
            foreach (var step in evaluated.Steps)
            {
                Announce(step.Instruction);
                await PlacedAsync(plan, stage, step.Instruction, async () =>
                {
                    await new StepExecution(this, environment, plan, context, result).RunAsync(step, ct).ConfigureAwait(false);
                    return result;
                }).ConfigureAwait(false);
            }
            result.Config = result.Config with { Settings = evaluated.Settings, Author = evaluated.Author };
            _stages[stage.Index] = result;
        }

        // (4)
        var target = _stages[plan.Target.Index];
        target.Config = Labeled(target.Config);
        return await ExportAsync(target, output, ct).ConfigureAwait(false);

        void Announce(Instruction instruction) =>
            environment.Log($"Step {Math.Min(++number, total)}/{total} : {instruction.Text}");
    }

    /// <summary>What fails says where it stands. A trigger stands in the base's config and has no line here.</summary>
    private static async ValueTask<StageResult> PlacedAsync(BuildPlan plan, PlannedStage stage, Instruction instruction, Func<ValueTask<StageResult>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (BuildException e) when (instruction == stage.From || stage.Instructions.Contains(instruction))
        {
            throw new BuildException($"{plan.Document.Source.FileName}:{instruction.Span.Line}: {e.Message}", e);
        }
    }

    private ImageConfig Labeled(ImageConfig config)
    {
        if (environment.Labels.Count == 0)
            return config;
        var labels = new Dictionary<string, string>(config.Settings.Labels, StringComparer.Ordinal);
        foreach (var (name, value) in environment.Labels)
            labels[name] = value;
        return config with { Settings = config.Settings with { Labels = labels } };
    }

    /// <summary>The file tree that <c>--from</c> names.</summary>
    internal async ValueTask<FileTree> TreeAsync(StageOrigin from, CancellationToken ct)
    {
        if (from is StageOrigin.Stage(var index))
        {
            // Only a trigger of a base can name a stage that the plan did not see a need for.
            return _stages.TryGetValue(index, out var stage)
                ? await stage.TreeAsync(ct).ConfigureAwait(false)
                : throw new BuildException($"stage {index} is copied from by an ONBUILD instruction of a base, and was not built; name it in a COPY --from of this Dockerfile too");
        }
        var image = (StageOrigin.Image)from;
        var key = KeyOf(image);
        if (!_copiedImages.TryGetValue(key, out var result))
            _copiedImages[key] = result = Begin(await ResolveSourceAsync(image, ct).ConfigureAwait(false));
        return await result.TreeAsync(ct).ConfigureAwait(false);
    }

    /// <summary>A bare word after <c>--from</c> was meant for a stage, most likely.</summary>
    private async ValueTask<ResolvedImage> ResolveSourceAsync(StageOrigin.Image image, CancellationToken ct)
    {
        try
        {
            return await ResolveAsync(image, ct).ConfigureAwait(false);
        }
        catch (BuildException e) when (!image.Reference.AsSpan().ContainsAny('/', ':', '@'))
        {
            throw new BuildException($"{e.Message}; no stage before this one is called \"{Protocol.Printable.Of(image.Reference)}\" either", e);
        }
    }

    private async ValueTask<StageResult> BeginAsync(PlannedStage stage, CancellationToken ct) => stage.Base switch
    {
        StageOrigin.Stage(var index) => _stages[index].Continue(),
        StageOrigin.Image image => Begin(await ResolveAsync(image, ct).ConfigureAwait(false)),
        _ => new StageResult
        {
            Config = new ImageConfig { Platform = environment.ScratchPlatform },
            Layers = [],
            Base = null,
            BaseLayers = [],
            MaxEntries = environment.Limits.Entries,
        },
    };

    private StageResult Begin(ResolvedImage image)
    {
        var layers = image.Manifest.Layers;
        if (layers.Count != image.Config.DiffIds.Count)
            throw new BuildException($"the image {image.Reference} has {layers.Count} layers and {image.Config.DiffIds.Count} diff ids: it is broken");
        return new StageResult
        {
            Config = image.Config with { History = Complete(image.Config) },
            Layers = [.. layers.Select((layer, i) => new StageLayer(OciLayer.Of(layer), image.Config.DiffIds[i], image.Source, layer))],
            Base = image,
            BaseLayers = [.. layers.Select(layer => new LayerFiles(image.Source, layer, environment.WorkFolder, environment.Limits, environment.Disk))],
            MaxEntries = environment.Limits.Entries,
        };
    }

    /// <summary>A history with one line for each layer. Some tools write none, and then the lines that follow here would seem to be about the base's layers.</summary>
    private static IReadOnlyList<ImageHistory> Complete(ImageConfig config)
    {
        var missing = config.DiffIds.Count - config.History.Count(line => !line.EmptyLayer);
        return missing <= 0 ? config.History
            : [.. config.History, .. Enumerable.Repeat(new ImageHistory { Created = config.Created, Comment = "layer of the base, without a history" }, missing)];
    }

    private async ValueTask<ResolvedImage> ResolveAsync(StageOrigin.Image image, CancellationToken ct)
    {
        var key = KeyOf(image);
        if (!_images.TryGetValue(key, out var resolved))
            _images[key] = resolved = await environment.Images.ResolveAsync(image.Reference, image.Platform, ct).ConfigureAwait(false);
        return resolved;
    }

    /// <summary>What is one image for the whole of a build.</summary>
    private static string KeyOf(StageOrigin.Image image) => $"{image.Reference} {PlatformOrder.Text(image.Platform)}";

    private async ValueTask<BuiltImage> ExportAsync(StageResult target, IContentStore output, CancellationToken ct)
    {
        var config = target.Config.ToJson();
        var configDescriptor = Descriptor.Of(MediaTypes.ImageConfig, config);
        environment.Log($"Successfully built {configDescriptor.Digest.Short}");
        environment.OnBuilt?.Invoke();

        await Parallel.ForEachAsync(
            target.Layers.DistinctBy(layer => layer.Descriptor.Digest),
            new ParallelOptions { MaxDegreeOfParallelism = StoredAtOnce, CancellationToken = ct },
            async (layer, token) =>
            {
                var stage = await StoreAsync(layer, output, token).ConfigureAwait(false);
                environment.OnStored?.Invoke(new CopyEvent(layer.Descriptor, stage));
            }).ConfigureAwait(false);
        await output.PushBytesAsync(configDescriptor, config, ct).ConfigureAwait(false);
        var manifest = new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            Config = configDescriptor,
            Layers = [.. target.Layers.Select(layer => layer.Descriptor)],
        };
        var content = ManifestContent.Of(MediaTypes.ImageManifest, manifest.ToJson());
        await output.PushBytesAsync(content.Descriptor, content.Bytes, ct).ConfigureAwait(false);
        var buildtime = _images.Values.Where(image => image != target.Base).ToList();
        return new BuiltImage(content, target.Config, configDescriptor, target.Base, buildtime);
    }

    /// <summary>What the store has is not moved. A layer that lives elsewhere by its type stays there.</summary>
    private static async ValueTask<CopyStage> StoreAsync(StageLayer layer, IContentStore output, CancellationToken ct)
    {
        if (layer.Descriptor.MediaType.IsNonDistributable)
            return CopyStage.Skipped;
        if (output is RemoteRepository repository && layer.Source is IMountSource from && from.Registry == repository.Client.Registry)
        {
            if (from.Repository == repository.Name)
                return CopyStage.Exists;
            if (await repository.MountAsync(layer.Descriptor, from.Repository, ct).ConfigureAwait(false))
                return CopyStage.Mounted;
        }
        if (await output.ExistsAsync(layer.Descriptor, ct).ConfigureAwait(false))
            return CopyStage.Exists;
        var content = await layer.Source.FetchAsync(layer.SourceDescriptor, ct).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
            await output.PushAsync(layer.Descriptor, content, ct).ConfigureAwait(false);
        return CopyStage.Done;
    }
}
