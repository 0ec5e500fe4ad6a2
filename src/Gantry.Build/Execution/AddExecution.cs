using Gantry.Build.Context;
using Gantry.Build.Layers;
using Gantry.Build.Plan;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Execution;

/// <summary>What ADD does beyond COPY: fetches addresses, and unpacks archives.</summary>
internal sealed class AddExecution(BuildEnvironment environment, CopyStep step, FileTree source, FileTree image, (long Uid, long Gid)? owner, int? mode)
{
    public async ValueTask<IReadOnlyList<LayerEntry>> RunAsync(CancellationToken ct)
    {
        var layer = new FileTree();
        var made = new HashSet<string>(StringComparer.Ordinal);
        var plain = new List<string>();
        foreach (var text in step.Sources)
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
                Merge(await FetchAsync(address, ct).ConfigureAwait(false));
            else if (step.Unpack != false && await ArchiveAsync(text, ct).ConfigureAwait(false) is { } archive)
                Merge(await UnpackAsync(archive, ct).ConfigureAwait(false));
            else
                plain.Add(text);
        }
        if (plain.Count > 0 || step.HereDocuments.Count > 0)
            Merge(new CopyResolution(step with { Sources = plain, Destination = Destination }, source, image, owner, mode).Run());
        return [.. layer.Entries.Where(entry => made.Contains(entry.Path))];

        void Merge(IReadOnlyList<LayerEntry> entries)
        {
            foreach (var entry in entries)
            {
                layer.Put(entry);
                made.Add(entry.Path);
            }
        }
    }

    /// <summary>Several sources need a folder, also when each is taken on its own.</summary>
    private string Destination =>
        step.Sources.Count + step.HereDocuments.Count == 1 || step.Destination.EndsWith('/') ? step.Destination
        : image.Find(image.Resolve(step.Destination, followLast: true)) is { Type: EntryType.Folder } ? step.Destination + "/"
        : throw new BuildException($"ADD failed: with more than one source, the destination must be a folder and end with a slash; write {step.Destination}/");

    private async ValueTask<IReadOnlyList<LayerEntry>> FetchAsync(Uri address, CancellationToken ct)
    {
        environment.Log($"Downloading {Protocol.Printable.Of(address.GetLeftPart(UriPartial.Path))}");
        var fetched = await environment.Addresses.FetchAsync(address, environment.WorkFolder, ct).ConfigureAwait(false);
        await VerifyAsync(address, fetched, ct).ConfigureAwait(false);
        if (Destination.EndsWith('/') && fetched.Name.Length == 0)
            throw new BuildException($"ADD failed: {Protocol.Printable.Of(address.ToString())} has no file name; name the destination file");
        var content = new DiskContent(fetched.Path);
        if (step.Unpack == true && await IsTarAsync(content, ct).ConfigureAwait(false))
            return await UnpackAsync(content, ct).ConfigureAwait(false);
        var tree = new FileTree();
        var name = fetched.Name.Length > 0 ? fetched.Name : "file";
        tree.Put(new LayerEntry
        {
            Path = name,
            Type = EntryType.File,
            Mode = Permissions.Private,
            Size = new FileInfo(fetched.Path).Length,
            Modified = fetched.Modified ?? BuildContext.FixedTime,
            Content = content,
        });
        var one = step with { Sources = [PathPattern.Escape(name)], HereDocuments = [], Destination = Destination };
        return new CopyResolution(one, tree, image, owner, mode).Run();
    }

    private async ValueTask VerifyAsync(Uri address, FetchedFile fetched, CancellationToken ct)
    {
        if (step.Checksum is not { } text)
            return;
        if (!Digest.TryParse(text, out var expected))
            throw new BuildException($"ADD failed: --checksum={Protocol.Printable.Of(text)} is not a digest: {Digest.Explain(text)}");
        using var hash = expected.Algorithm.CreateHash();
        var file = await new DiskContent(fetched.Path).OpenAsync(ct).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            var buffer = new byte[128 * 1024];
            int read;
            while ((read = await file.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0)
                hash.AppendData(buffer, 0, read);
        }
        var actual = Digest.FromHash(expected.Algorithm, hash);
        if (actual != expected)
            throw new BuildException($"ADD failed: {Protocol.Printable.Of(address.ToString())} has digest {actual}, --checksum asks for {expected}");
    }

    private async ValueTask<IFileContent?> ArchiveAsync(string text, CancellationToken ct)
    {
        var path = UnixPath.Combine("/", text)[1..];
        return source.Find(source.Resolve(path, followLast: true)) is { Type: EntryType.File, Content: { } content } && await IsTarAsync(content, ct).ConfigureAwait(false)
            ? content
            : null;
    }

    private static async ValueTask<bool> IsTarAsync(IFileContent content, CancellationToken ct)
    {
        var file = await content.OpenAsync(ct).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
            return await Archive.IsTarAsync(file, ct).ConfigureAwait(false);
    }

    /// <summary>The archive's files go to the work folder first, so that the layer can be written in the order of its paths.</summary>
    private async ValueTask<IReadOnlyList<LayerEntry>> UnpackAsync(IFileContent archive, CancellationToken ct)
    {
        var folder = Path.Join(environment.WorkFolder, $"add-{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        var entries = new List<LayerEntry>();
        var file = await archive.OpenAsync(ct).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            var tar = await Archive.OpenAsync(file, ct).ConfigureAwait(false);
            await using (tar.ConfigureAwait(false))
            {
                var reader = new TarEntryReader(tar, environment.Limits);
                while (await reader.NextAsync(ct).ConfigureAwait(false) is { } entry)
                    entries.Add(entry.Type == EntryType.File ? entry with { Content = await SpoolAsync(reader.Content, Path.Join(folder, entries.Count.ToString()), ct).ConfigureAwait(false) } : entry);
            }
        }
        return new CopyResolution(step, source, image, owner, mode).Unpack(entries);
    }

    private static async ValueTask<IFileContent> SpoolAsync(Stream content, string path, CancellationToken ct)
    {
        var output = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        await using (output.ConfigureAwait(false))
            await content.CopyToAsync(output, 256 * 1024, ct).ConfigureAwait(false);
        return new DiskContent(path);
    }
}
