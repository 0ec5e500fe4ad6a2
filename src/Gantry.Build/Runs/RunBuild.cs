using System.Globalization;
using Gantry.Build.Context;
using Gantry.Build.Export;
using Gantry.Build.Layers;
using Gantry.Build.Sources;
using Gantry.Client.Remote;
using Gantry.Client.Remote.Credentials;
using Gantry.Client.Runs;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Protocol.Runs;

namespace Gantry.Build.Runs;

/// <summary>What a run does, told in the words and the order of the service's log, which scripts search.</summary>
internal sealed class RunBuild(WorkerOptions options, LeaseClient leases, RunLease lease, LeasedLog log)
{
    /// <summary>Docker Hub as the service's dependency lists call it.</summary>
    private const string DockerHubText = "registry.hub.docker.com";

    private readonly RunRequest _request = lease.Request;

    /// <returns>The images that were pushed, one entry for each name.</returns>
    public async ValueTask<IReadOnlyList<RunImage>> RunAsync(CancellationToken ct)
    {
        using var registries = new RegistryAccess(new RegistryAccessOptions
        {
            Own = [.. lease.LoginServers.Select(host => RegistryName.Parse(host))],
            OwnAddress = RegistryName.Parse(lease.ContentHost),
            Mirrors = lease.Policy.Mirrors.ToDictionary(mirror => mirror.Key, mirror => new Uri(mirror.Value)),
            AllowPrivate = lease.Policy.AllowPrivate,
            Connection = Connection,
        });
        log.Stamp("Downloading source code...");
        var source = await OpenSourceAsync(ct).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
            return await BuildAsync(registries, source, ct).ConfigureAwait(false);
    }

    private RegistryClientOptions Connection(RegistryName registry) =>
        registry.ToString() == lease.ContentHost
            ? options.Connection with { Credentials = lease.Token is { } token ? new StaticCredential(registry, new Credential { AccessToken = token }) : null }
            : new RegistryClientOptions { UserAgent = options.Connection.UserAgent, Time = options.Time };

    private async ValueTask<RunSource> OpenSourceAsync(CancellationToken ct)
    {
        if (_request.SourceLocation is { } location && location.StartsWith(RunRequest.ArtifactPrefix, StringComparison.OrdinalIgnoreCase))
            return new RunSource(new ContextSource.Artifact(ImageName.Parse(location[RunRequest.ArtifactPrefix.Length..])), Content: null);
        if (!lease.HasSource)
            return new RunSource(new ContextSource.Nothing(), Content: null);
        var content = await leases.OpenSourceAsync(lease.LeaseId, ct).ConfigureAwait(false);
        return new RunSource(new ContextSource.Archive(content), content);
    }

    private void WriteHead()
    {
        log.Stamp("Finished downloading source code");
        log.Stamp($"Using acb_vol_{lease.LeaseId:D} as the home volume");
        log.Stamp("Setting up Docker configuration...");
        log.Stamp("Successfully set up Docker configuration");
        if (lease.Token is not null)
        {
            log.Stamp($"Logging in to registry: {lease.LoginServer}");
            log.Stamp($"Successfully logged into {lease.LoginServer}");
        }
        log.Stamp(string.Create(CultureInfo.InvariantCulture, $"Executing step ID: build. Timeout(sec): {lease.Timeout}, Working directory: '', Network: ''"));
        log.Stamp("Scanning for dependencies...");
        log.Stamp("Successfully scanned dependencies");
        log.Stamp("Launching container with name: build");
    }

    private async ValueTask<IReadOnlyList<RunImage>> BuildAsync(RegistryAccess registries, RunSource source, CancellationToken ct)
    {
        var begun = options.Time.GetTimestamp();
        var names = Names(registries);
        var pushBegun = begun;
        var push = names.Count > 0 ? new RegistryExport([.. names.Select(name => (name.Repository, name.Tag))], log.Write, lease.LoginServer) : null;
        IImageExport export = push is null ? new DiscardingExport() : push;
        await using (export.ConfigureAwait(false))
        {
            var builder = new ImageBuilder(registries, options.WorkFolder, log.Write, options.Time, Limits());
            var image = await builder.BuildAsync(Options(source, Built) with { OnStored = push is null ? null : push.Tell }, export.Store, ct).ConfigureAwait(false);
            await export.CommitAsync(image, ct).ConfigureAwait(false);
            var images = Images(image, names);
            WriteEnd(image, names, images, options.Time.GetElapsedTime(begun, pushBegun), options.Time.GetElapsedTime(pushBegun));
            return images;
        }

        void Built()
        {
            foreach (var name in names)
                log.Write($"Successfully tagged {name.Text}");
            log.Stamp("Successfully executed container: build");
            pushBegun = options.Time.GetTimestamp();
            if (push is null)
                return;
            log.Stamp("Executing step ID: push. Timeout(sec): 3600, Working directory: '', Network: ''");
            foreach (var name in names)
                log.Stamp($"Pushing image: {name.Text}, attempt 1");
            push.Announce();
        }
    }

    private List<OutputName> Names(RegistryAccess registries) =>
        _request.IsPushEnabled == false ? [] : [.. (_request.ImageNames ?? []).Select(text =>
        {
            // Not by docker's rule, which takes a host without a dot or a port for a folder of Docker Hub's.
            var reference = Reference.Parse($"{lease.LoginServer}/{text}");
            var tag = reference.Tag ?? Tag.Parse("latest");
            return new OutputName(registries.RepositoryOf(reference), tag, $"{lease.LoginServer}/{reference.Repository}:{tag}");
        })];

    private ImageBuildOptions Options(RunSource source, Action onBuilt) => new()
    {
        Context = source.Context,
        Dockerfile = _request.DockerFilePath is { Length: > 0 } path ? path : "Dockerfile",
        Target = _request.Target,
        Arguments = (_request.Arguments ?? []).GroupBy(argument => argument.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last().Value, StringComparer.Ordinal),
        Platforms = [PlatformOf(_request.Platform)],
        OnContextOpened = WriteHead,
        OnBuilt = onBuilt,
    };

    private TarLimits Limits() => TarLimits.Default with { Entries = lease.Policy.MaxUnpackedFiles, Bytes = lease.Policy.MaxUnpackedBytes };

    private static Platform PlatformOf(RunPlatform? platform) => new()
    {
        Os = platform?.Os.ToLowerInvariant() ?? "linux",
        // ACR's word for what OCI calls 386.
        Architecture = platform?.Architecture?.ToLowerInvariant() is { } architecture ? architecture == "x86" ? "386" : architecture : "amd64",
        Variant = platform?.Variant?.ToLowerInvariant(),
    };

    private void WriteEnd(ImageBuildResult image, List<OutputName> names, IReadOnlyList<RunImage> images, TimeSpan building, TimeSpan pushing)
    {
        foreach (var name in names)
            log.Stamp($"Successfully pushed image: {name.Text}");
        log.Stamp(string.Create(CultureInfo.InvariantCulture, $"Step ID: build marked as successful (elapsed time in seconds: {building.TotalSeconds:0.000000})"));
        log.Stamp("Populating digests for step ID: build...");
        log.Stamp("Successfully populated digests for step ID: build");
        if (names.Count == 0)
            return;
        log.Stamp(string.Create(CultureInfo.InvariantCulture, $"Step ID: push marked as successful (elapsed time in seconds: {pushing.TotalSeconds:0.000000})"));
        log.Stamp("The following dependencies were found:");
        log.Stamp("");
        var list = DependencyList.Write(images, image.RuntimeBase is { } runtime ? Dependency(runtime) : null, [.. image.BuildtimeBases.Select(Dependency)]);
        log.Write(list.TrimEnd('\n'));
    }

    private List<RunImage> Images(ImageBuildResult image, List<OutputName> names) =>
        [.. names.Select(name => new RunImage
        {
            Registry = lease.LoginServer,
            Repository = name.Repository.Name.ToString(),
            Tag = name.Tag.ToString(),
            Digest = image.Root.Descriptor.Digest.ToString(),
        })];

    private static RunImage Dependency(ImageDependency image) => new()
    {
        Registry = image.Reference.Registry.ToString() is "docker.io" ? DockerHubText : image.Reference.Registry.ToString(),
        Repository = image.Reference.Repository.ToString(),
        Tag = image.Reference.Tag?.ToString(),
        Digest = image.Digest.ToString(),
    };

    /// <summary>A name that the image is to have.</summary>
    /// <param name="Repository">Where it is pushed.</param>
    /// <param name="Tag">Its tag there.</param>
    /// <param name="Text">As the log shows it.</param>
    private sealed record OutputName(RemoteRepository Repository, Tag Tag, string Text);

    /// <summary>The context, and the connection that it comes over, where it does.</summary>
    private sealed record RunSource(ContextSource Context, Stream? Content) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Content?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
