using System.Buffers;
using System.IO.Pipelines;
using Gantry.Build.Context;
using Gantry.Build.Execution;
using Gantry.Build.Layers;
using Gantry.Client.Remote;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Sources;

/// <summary>Brings a build's context here: what strangers sent is taken into the build's own folder first, once.</summary>
/// <param name="registries">Where artifacts come from.</param>
/// <param name="folder">The build's folder.</param>
/// <param name="log">Told what is pulled.</param>
/// <param name="limits">What a context may come to.</param>
internal sealed class ContextOpening(RegistryAccess registries, string folder, Action<string> log, TarLimits limits)
{
    /// <summary>A Dockerfile on standard input may have this many bytes.</summary>
    private const int MaxDockerfileBytes = 1024 * 1024;

    private const int TarMagicAt = 257;

    private static ReadOnlySpan<byte> TarMagic => "ustar"u8;

    /// <exception cref="BuildException">The context is missing, broken, too large, or leads out of itself.</exception>
    public async ValueTask<ContextFiles> OpenAsync(ContextSource source, CancellationToken ct)
    {
        try
        {
            return source switch
            {
                ContextSource.Nothing => new TreeFiles(new FileTree()),
                ContextSource.Folder(var path) => Directory.Exists(path) ? new FolderFiles(path) : throw new BuildException($"the context \"{Protocol.Printable.Of(path)}\" is not a folder"),
                ContextSource.Archive(var content) => await ReadArchiveAsync(content, ct).ConfigureAwait(false),
                ContextSource.StandardInput(var content) => await ReadInputAsync(content, ct).ConfigureAwait(false),
                ContextSource.Artifact(var reference) => await PullAsync(reference, ct).ConfigureAwait(false),
                _ => throw new InvalidOperationException($"{source} is not opened"),
            };
        }
        catch (InvalidDataException e)
        {
            throw new BuildException($"the context cannot be used: {e.Message}", e);
        }
    }

    private async ValueTask<TreeFiles> ReadArchiveAsync(Stream content, CancellationToken ct)
    {
        var spool = NewSpool();
        await using (spool.ConfigureAwait(false))
        {
            var tar = await BoundedArchive.OpenAsync(content, limits, isVerified: false, ct).ConfigureAwait(false);
            await using (tar.ConfigureAwait(false))
                await spool.AddTarAsync(tar, below: null, ct).ConfigureAwait(false);
            return await spool.CompleteAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>An archive is known by its first bytes; anything else is the Dockerfile.</summary>
    private async ValueTask<ContextFiles> ReadInputAsync(Stream content, CancellationToken ct)
    {
        var reader = PipeReader.Create(content, new StreamPipeReaderOptions(bufferSize: 256 * 1024, leaveOpen: true));
        var start = await reader.ReadAtLeastAsync(TarMagicAt + TarMagic.Length, ct).ConfigureAwait(false);
        var head = start.Buffer.Slice(0, Math.Min(start.Buffer.Length, TarMagicAt + TarMagic.Length)).ToArray();
        reader.AdvanceTo(start.Buffer.Start);
        var stream = reader.AsStream(leaveOpen: true);
        if (Archive.IsCompressed(head) || (head.Length > TarMagicAt && head.AsSpan(TarMagicAt).SequenceEqual(TarMagic)))
            return await ReadArchiveAsync(stream, ct).ConfigureAwait(false);

        var bytes = new byte[MaxDockerfileBytes + 1];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false);
        return length switch
        {
            0 => throw new BuildException("standard input is empty: it must be a Dockerfile, or a tar with one"),
            > MaxDockerfileBytes => throw new BuildException($"standard input is no archive, and with more than {MaxDockerfileBytes} bytes no Dockerfile either"),
            _ => new TreeFiles(new FileTree()) { Dockerfile = bytes[..length] },
        };
    }

    /// <summary>The artifact's titled layers are the files; those that were packed as folders are unpacked where they were.</summary>
    private async ValueTask<TreeFiles> PullAsync(Reference reference, CancellationToken ct)
    {
        if (reference.Version is null)
            reference = reference.At(Tag.Parse("latest"));
        log("Getting context from registry");
        // Where the work folder lies is nobody's business but the machine's.
        log($"Pulling from {reference} and saving to {Path.GetFileName(folder)}...");
        try
        {
            var pinned = await PinnedManifest.FindAsync(registries, reference, log, ct).ConfigureAwait(false);
            if (pinned.Content.Parse() is ImageIndex manifest)
                throw new BuildException($"{reference} is an index of {manifest.Entries.Count} manifests and no context: name one of them by its digest");
            var spool = NewSpool();
            await using (spool.ConfigureAwait(false))
            {
                foreach (var layer in pinned.Content.Parse().Blobs.Where(blob => blob.Title is not null))
                    await TakeAsync(layer, pinned.Repository, spool, ct).ConfigureAwait(false);
                log($"Pulled from {reference} with digest {pinned.Content.Descriptor.Digest}");
                return await spool.CompleteAsync(ct).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (SourceProblem.Is(e))
        {
            throw SourceProblem.Of(e, reference);
        }
    }

    private async ValueTask TakeAsync(Descriptor layer, RemoteRepository source, ContextSpool spool, CancellationToken ct)
    {
        var name = ContextSpool.CleanName(layer.Title!);
        var content = await source.FetchAsync(layer, ct).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            if (layer.Annotations!.GetValueOrDefault(Annotations.ContentUnpack) != "true")
            {
                await spool.AddFileAsync(name, content, layer.Size, ct).ConfigureAwait(false);
                return;
            }
            var tar = await BoundedArchive.OpenAsync(content, limits, isVerified: false, ct).ConfigureAwait(false);
            await using (tar.ConfigureAwait(false))
                await spool.AddTarAsync(tar, name, ct).ConfigureAwait(false);
            // The digest is told when the last byte was read, and the archive may have ended before.
            await content.CopyToAsync(Stream.Null, ct).ConfigureAwait(false);
        }
    }

    private ContextSpool NewSpool() => new(Path.Join(folder, "context"), limits);
}
