using System.Formats.Tar;
using Gantry.Build.Context;
using Gantry.Build.Dockerfile;
using Gantry.Build.Execution;
using Gantry.Build.Layers;
using Gantry.Build.Plan;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Tests.Execution;

/// <summary>A context folder and an engine over it, for tests that look at what a build does with bad input.</summary>
internal sealed class BuildBench : IDisposable
{
    private static readonly Platform Amd64 = new() { Os = "linux", Architecture = "amd64" };

    private readonly MemoryStore _output = new();

    public string Folder { get; } = Directory.CreateTempSubdirectory("gantry-bench-").FullName;

    /// <summary>The context; what lies beside it is outside.</summary>
    public string Context => Directory.CreateDirectory(Path.Join(Folder, "context")).FullName;

    public TarLimits Limits { get; init; } = TarLimits.Default;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public BuildBench File(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(Context, path))!);
        System.IO.File.WriteAllText(Path.Join(Context, path), content);
        return this;
    }

    public BuildBench Link(string path, string target)
    {
        System.IO.File.CreateSymbolicLink(Path.Join(Context, path), target);
        return this;
    }

    /// <summary>A tar in the context, written entry by entry with the framework's writer.</summary>
    public BuildBench Tar(string path, params TarEntry[] entries)
    {
        using var file = System.IO.File.Create(Path.Join(Context, path));
        using var writer = new TarWriter(file);
        foreach (var entry in entries)
            writer.WriteEntry(entry);
        return this;
    }

    public BuildContext Read() => FolderContext.Read(Context, IgnoreRules.None, CancellationToken.None);

    public async Task<BuiltImage> BuildAsync(string dockerfile, BuildContext? context = null)
    {
        var plan = Planner.Plan(DockerfileDocument.Parse("Dockerfile", dockerfile), new PlanOptions { TargetPlatform = Amd64, BuildPlatform = Amd64 });
        var environment = new BuildEnvironment
        {
            Images = new NoImages(),
            Addresses = new NoAddresses(),
            WorkFolder = Directory.CreateDirectory(Path.Join(Folder, $"work-{Guid.NewGuid():N}")).FullName,
            Log = _ => { },
            Now = DateTimeOffset.UnixEpoch,
            ScratchPlatform = Amd64,
            Limits = Limits,
        };
        return await new BuildEngine(environment).BuildAsync(plan, context ?? Read(), _output, CancellationToken.None);
    }

    /// <summary>The sentence with which a build ends that must not succeed.</summary>
    public async Task<string> RefusalAsync(string dockerfile, BuildContext? context = null)
    {
        var failure = await Record.ExceptionAsync(() => BuildAsync(dockerfile, context));
        Assert.True(failure is BuildException or DockerfileException, $"not refused: {failure}");
        return failure.Message;
    }

    /// <summary>The last layer's entries as the framework's reader sees them: <c>path</c> → <c>type link content</c>.</summary>
    public async Task<Dictionary<string, string>> LastLayerAsync(string dockerfile)
    {
        var image = await BuildAsync(dockerfile);
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var blob = await _output.FetchAsync(((ImageManifest)image.Manifest.Parse()).Layers[^1]);
        await using var tar = new TarReader(new System.IO.Compression.GZipStream(blob, System.IO.Compression.CompressionMode.Decompress));
        while (await tar.GetNextEntryAsync(copyData: true) is { } entry)
            files.Add(entry.Name.TrimEnd('/'), $"{entry.EntryType} {(entry.DataStream is { } data ? await new StreamReader(data).ReadToEndAsync() : entry.LinkName)}".Trim());
        return files;
    }

    private sealed class NoImages : IImageSource
    {
        public ValueTask<ResolvedImage> ResolveAsync(string reference, Platform platform, CancellationToken ct) => throw new BuildException($"there is no image {reference}");
    }

    private sealed class NoAddresses : IAddressFetcher
    {
        public ValueTask<FetchedFile> FetchAsync(Uri address, string folder, CancellationToken ct) => throw new BuildException("no addresses here");
    }
}
