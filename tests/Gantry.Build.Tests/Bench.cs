using System.Text;
using Gantry.Build.Context;
using Gantry.Build.Layers;
using Gantry.Build.Sources;
using Gantry.Client.Content;
using Gantry.Client.Remote;
using Gantry.Client.Remote.Credentials;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Testing;

namespace Gantry.Build.Tests;

/// <summary>What a test builds with: a work folder, a log, registries under a rule. Nothing may be left in the work folder when it ends.</summary>
internal sealed class Bench : IDisposable
{
    public static readonly Platform Amd64 = new() { Os = "linux", Architecture = "amd64" };
    public static readonly Platform Arm64 = new() { Os = "linux", Architecture = "arm64" };

    private readonly TemporaryFolder _folder = new();

    public Bench(RegistryAccessOptions? access = null, TarLimits? limits = null)
    {
        Registries = new RegistryAccess(access ?? new RegistryAccessOptions());
        Builder = new ImageBuilder(Registries, WorkFolder, Log.Add, TimeProvider.System, limits ?? TarLimits.Default);
    }

    public string WorkFolder => _folder.Join("work");

    public List<string> Log { get; } = [];

    public RegistryAccess Registries { get; }

    public ImageBuilder Builder { get; }

    public MemoryStore Output { get; } = new();

    public string Join(string name) => _folder.Join(name);

    /// <summary>The options under which a registry of the test is the build's own.</summary>
    public static RegistryAccessOptions Owning(RegistryInProcess registry) => new()
    {
        Own = [RegistryName.Parse(registry.LoginServer)],
        Connection = name => new RegistryClientOptions
        {
            Credentials = new StaticCredential(RegistryName.Parse(registry.LoginServer), new Credential { Username = registry.Owner.AppId, Password = registry.Owner.Password }),
            Retry = RetryOptions.Default with { Retries = 0 },
        },
    };

    public string Folder(params ReadOnlySpan<(string Path, string Content)> files)
    {
        var folder = Directory.CreateDirectory(_folder.Join($"context-{Guid.NewGuid():N}")).FullName;
        foreach (var (path, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(folder, path))!);
            File.WriteAllText(Path.Join(folder, path), content);
        }
        return folder;
    }

    public async Task<ImageBuildResult> BuildAsync(ContextSource context, string? dockerfile = null, params Platform[] platforms) =>
        await Builder.BuildAsync(Options(context, dockerfile) with { Platforms = platforms }, Output, default);

    public static ImageBuildOptions Options(ContextSource context, string? dockerfile = null) => new()
    {
        Context = context,
        DockerfileBytes = dockerfile is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(dockerfile),
        Platforms = [Amd64],
    };

    /// <summary>Paths of the image's files, with their contents; links as <c>-> target</c>, folders with a slash.</summary>
    public async Task<SortedDictionary<string, string>> FilesAsync(ImageBuildResult image)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var layer in ((ImageManifest)image.Images[0].Manifest.Parse()).Layers)
        {
            await using var blob = await Output.FetchAsync(layer);
            await using var plain = new System.IO.Compression.GZipStream(blob, System.IO.Compression.CompressionMode.Decompress);
            var reader = new TarEntryReader(plain, TarLimits.Default);
            while (await reader.NextAsync(default) is { } entry)
            {
                var text = entry.Type == EntryType.File ? await new StreamReader(reader.Content).ReadToEndAsync() : $"-> {entry.LinkTarget}";
                files[entry.Type == EntryType.Folder ? entry.Path + "/" : entry.Path] = entry.Type == EntryType.Folder ? "" : text;
            }
        }
        return files;
    }

    public void AssertWorkFolderIsEmpty() => Assert.True(!Directory.Exists(WorkFolder) || !Directory.EnumerateFileSystemEntries(WorkFolder).Any(), "the work folder is not empty");

    public void Dispose()
    {
        Registries.Dispose();
        _folder.Dispose();
    }
}
