using System.Runtime.InteropServices;
using Gantry.Build.Context;
using Gantry.Build.Dockerfile;
using Gantry.Build.Execution;
using Gantry.Build.Plan;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.EndToEnd.Builds;

/// <summary>Our engine, in this process, over the images made by hand.</summary>
internal static class Engine
{
    public static Platform Platform { get; } = new() { Os = "linux", Architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64" };

    /// <param name="case">What to build.</param>
    /// <param name="context">Its files, written already.</param>
    /// <param name="work">A folder for the build alone.</param>
    /// <param name="output">Receives the image.</param>
    /// <param name="workers">Blocks of a layer that are compressed at once.</param>
    public static async Task<BuiltImage> BuildAsync(BuildCase @case, string context, string work, MemoryStore output, int workers = 2)
    {
        var options = new PlanOptions { TargetPlatform = Platform, BuildPlatform = Platform, Target = @case.Target, Arguments = @case.Arguments };
        var plan = Planner.Plan(DockerfileDocument.Parse("Dockerfile", @case.Dockerfile), options);
        var ignoreFile = Path.Join(context, IgnoreRules.FileName);
        var ignore = File.Exists(ignoreFile) ? IgnoreRules.Parse(await File.ReadAllTextAsync(ignoreFile)) : IgnoreRules.None;
        var environment = new BuildEnvironment
        {
            Images = new HandmadeImages(),
            Addresses = new NoAddresses(),
            WorkFolder = Directory.CreateDirectory(work).FullName,
            Log = _ => { },
            Now = DateTimeOffset.UnixEpoch,
            ScratchPlatform = Platform,
            Workers = workers,
        };
        return await new BuildEngine(environment).BuildAsync(plan, FolderContext.Read(context, ignore, CancellationToken.None), output, CancellationToken.None);
    }

    private sealed class HandmadeImages : IImageSource
    {
        public async ValueTask<ResolvedImage> ResolveAsync(string reference, Platform platform, CancellationToken ct) =>
            BaseImage.All.FirstOrDefault(image => image.Name == reference || image.ByDigest == reference) is { } found
                ? await found.ResolveAsync(reference)
                : throw new BuildException($"there is no image {reference}");
    }

    private sealed class NoAddresses : IAddressFetcher
    {
        public ValueTask<FetchedFile> FetchAsync(Uri address, string folder, CancellationToken ct) => throw new BuildException("no addresses here");
    }
}
