using System.Text.Json;
using Gantry.Chaos.History;
using Gantry.Client.Content;
using Gantry.Client.Layout;
using Gantry.Protocol.Oci;

namespace Gantry.Chaos.Clients;

/// <summary>A client program that is started for each push and pull. Its digests are known before, for it copies from an OCI layout.</summary>
/// <param name="scene">What all clients share.</param>
/// <param name="tool">The program.</param>
/// <param name="folder">A folder of its own.</param>
/// <param name="number">Which client it is.</param>
/// <param name="dice">Its own source of chance.</param>
internal sealed class ToolClient(Scene scene, ClientTool tool, string folder, int number, Dice dice) : IChaosClient
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ImageMaker _maker = new(scene.Layers, dice.Split());
    private readonly Patience _patience = new(scene.Recorder, number, dice.Split(), Patience.ProgramLimit);
    private readonly Dictionary<string, string> _environment = new() { ["DOCKER_CONFIG"] = folder, ["HOME"] = folder, ["TMPDIR"] = folder };
    private int _count;

    /// <summary>Writes the credentials where docker's clients look for them.</summary>
    public static async Task<string> WriteCredentialsAsync(string folder, Scene scene)
    {
        var file = Path.Combine(Directory.CreateDirectory(folder).FullName, "config.json");
        var pair = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{scene.UserName}:{scene.Password}"));
        await using var stream = new FileStream(file, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        await using var writer = new StreamWriter(stream);
        await writer.WriteAsync($$"""
            { "auths": { "{{scene.Registry}}": { "auth": "{{pair}}" } } }
            """);
        return file;
    }

    public async Task StepAsync()
    {
        var repository = dice.Of(scene.Repositories);
        var tag = dice.Of(scene.Tags);
        var layout = Path.Combine(folder, $"layout-{++_count}");
        try
        {
            await (dice.Below(2) == 0 ? PushAsync(layout, repository, tag) : PullAsync(layout, repository, tag));
        }
        finally
        {
            if (Directory.Exists(layout))
                Directory.Delete(layout, recursive: true);
        }
        await Task.Delay(Pause);
    }

    public void Dispose()
    {
    }

    private async Task PushAsync(string layout, string repository, string tag)
    {
        var (image, blobs) = _maker.Make(isPassing: false);
        var source = await OciLayout.OpenAsync(layout, create: true);
        foreach (var blob in blobs)
            await source.PushBytesAsync(blob.Descriptor, blob.Bytes);
        await source.PushBytesAsync(image.Descriptor, image.Manifest);
        await source.TagAsync(image.Descriptor, "image");
        scene.Catalog.Announce(image);

        var digest = image.Descriptor.Digest;
        var unanswered = Registers.OfPush(repository, tag, digest, CallOutcome.Unknown);
        // A program that tries again by itself: a try whose answer it missed may still be done after the one that it was answered.
        IReadOnlyList<Call> told = [.. Registers.OfPush(repository, tag, digest, CallOutcome.Done), .. tool.TriesAgain ? unanswered : []];
        var pushed = await _patience.DoAsync($"{tool.Name} push", async ct =>
        {
            var begin = scene.Recorder.Now;
            var result = await Tool.TryAsync(tool.Program, tool.Push(layout, $"{scene.Registry}/{repository}:{tag}"), _environment, ct);
            return result.Code == 0 ? Answer.Done : throw PushFailure(result, begin);
        }, _ => told, unanswered, () => null);
        if (pushed is not null)
            scene.Catalog.AddPushed(repository, image);
    }

    private Task<Answer?> PullAsync(string layout, string repository, string tag) =>
        _patience.DoAsync($"{tool.Name} pull", async ct =>
        {
            if (Directory.Exists(layout))
                Directory.Delete(layout, recursive: true);
            var begin = scene.Recorder.Now;
            var result = await Tool.TryAsync(tool.Program, tool.Pull(layout, $"{scene.Registry}/{repository}:{tag}"), _environment, ct);
            if (result.Code == 0)
                return new Answer(true) { Descriptor = await VerifyAsync(layout, ct) };
            // A blob of an image that may be deleted can be gone once its manifest was read: nothing is said of the tag then.
            return tool.IsNotFound(result) && !result.Errors.Contains("blob", StringComparison.OrdinalIgnoreCase) ? new Answer(true) : throw PullFailure(result, begin);
        }, answer => [Registers.OfTag(repository, tag, CallKind.Read, CallOutcome.Done, answer.Descriptor?.Digest)], [], () => null);

    /// <summary>What a program's end says: no retry makes good that bytes were wrong, or that a blob was unknown of which the program was just told.</summary>
    private Exception PushFailure(ToolResult result, long begin)
    {
        var isUnknown = ClientTool.IsBlobUnknown(result) && scene.Recorder.Now - begin <= LibraryClient.SurelyKept.Ticks;
        return tool.IsMismatch(result) || isUnknown ? new BrokenPromiseException(result.Errors) : new ToolFailedException(result.Errors);
    }

    /// <summary>The same of a pull: no retry makes good that a blob is gone although its manifest was just served, or every image that has it stays.</summary>
    private Exception PullFailure(ToolResult result, long begin)
    {
        if (tool.IsMismatch(result))
            return new BrokenPromiseException(result.Errors);
        var mayBeGone = scene.Recorder.Now - begin > LibraryClient.SurelyThere.Ticks;
        return tool.IsBlobGone(result) && scene.Catalog.FindBlob(result.Errors, isLasting: mayBeGone) is { } blob
            ? new BrokenPromiseException($"blob {blob} is gone, although its manifest was just served, or nobody deletes it: {result.Errors}")
            : new ToolFailedException(result.Errors);
    }

    /// <returns>The manifest that was pulled, after each file was held to the digest that is its name.</returns>
    private async Task<Descriptor> VerifyAsync(string layout, CancellationToken ct)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(layout, "blobs", "sha256")))
        {
            var digest = Digest.Of(DigestAlgorithm.Sha256, await File.ReadAllBytesAsync(file, ct));
            if (digest.ToString() != $"sha256:{Path.GetFileName(file)}")
                scene.Recorder.AddViolation($"{tool.Name} pulled {digest} as sha256:{Path.GetFileName(file)}");
        }
        using var index = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(layout, "index.json"), ct));
        var manifest = Digest.Parse(index.RootElement.GetProperty("manifests")[0].GetProperty("digest").GetString()!);
        if (scene.Catalog.Find(manifest) is { } image)
            return image.Descriptor;
        scene.Recorder.AddViolation($"{tool.Name} pulled {manifest}, which nobody pushed");
        return new Descriptor { MediaType = MediaTypes.ImageManifest, Digest = manifest, Size = 0 };
    }
}
