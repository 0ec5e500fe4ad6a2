using Gantry.Build.Context;
using Gantry.Build.Layers;
using Gantry.Build.Plan;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Execution;

/// <summary>What ADD does beyond COPY: fetches addresses, and unpacks archives.</summary>
internal sealed class AddExecution(BuildEnvironment environment, CopyStep step, FileTree source, FileTree image, (long Uid, long Gid)? owner, int? mode)
{
    private readonly CopyResolution _resolution = new(step, source, image, owner, mode);

    public async ValueTask<IReadOnlyList<LayerEntry>> RunAsync(CancellationToken ct)
    {
        var addresses = step.Sources.Select(Address).OfType<Uri>().ToList();
        if (step.Checksum is not null && (addresses.Count != 1 || step.Sources.Count > 1))
            throw new BuildException("ADD failed: --checksum is for one file that is fetched, and for nothing beside it; name one address");
        if (addresses.Find(address => address.AbsolutePath.EndsWith(".git", StringComparison.Ordinal)) is { } repository)
            throw new BuildException($"ADD failed: {Text(repository)} is a Git repository, which is not supported; add an archive of it instead");
        var matches = _resolution.Match([.. step.Sources.Where(text => Address(text) is null)]);
        _resolution.Aim(addresses.Count + matches.Count + step.HereDocuments.Count);
        foreach (var address in addresses)
            await TakeAsync(address, ct).ConfigureAwait(false);
        foreach (var match in matches)
        {
            if (step.Unpack != false && await IsTarAsync(match, ct).ConfigureAwait(false))
                await UnpackAsync(match, ct).ConfigureAwait(false);
            else
                _resolution.Take(match);
        }
        _resolution.TakeHereDocuments();
        return _resolution.Entries();
    }

    private static Uri? Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null;

    private async ValueTask TakeAsync(Uri address, CancellationToken ct)
    {
        environment.Log($"Downloading {Text(address)}");
        var fetched = await environment.Addresses.FetchAsync(address, environment.WorkFolder, ct).ConfigureAwait(false);
        environment.Disk.Take(new FileInfo(fetched.Path).Length);
        await VerifyAsync(address, fetched, ct).ConfigureAwait(false);
        if (_resolution.IntoFolder && fetched.Name.Length == 0)
            throw new BuildException($"ADD failed: {Text(address)} has no file name; name the destination file");
        var file = new LayerEntry
        {
            Path = fetched.Name.Length > 0 ? fetched.Name : "file",
            Type = EntryType.File,
            Mode = Permissions.Private,
            Size = new FileInfo(fetched.Path).Length,
            Modified = fetched.Modified ?? BuildContext.FixedTime,
            Content = new DiskContent(fetched.Path),
        };
        if (step.Unpack == true && await IsTarAsync(file, ct).ConfigureAwait(false))
            await UnpackAsync(file, ct).ConfigureAwait(false);
        else
            _resolution.Take(file);
    }

    /// <summary>Without what the author signs in with, and without the query, where signatures stand.</summary>
    private static string Text(Uri address) =>
        Protocol.Printable.Of(address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));

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
            throw new BuildException($"ADD failed: {Text(address)} has digest {actual}, --checksum asks for {expected}");
    }

    private static async ValueTask<bool> IsTarAsync(LayerEntry entry, CancellationToken ct)
    {
        if (entry is not { Type: EntryType.File, Content: { } content })
            return false;
        var file = await content.OpenAsync(ct).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
            return await Archive.IsTarAsync(file, ct).ConfigureAwait(false);
    }

    /// <summary>The archive's files go to the work folder first, so that the layer can be written in the order of its paths.</summary>
    private async ValueTask UnpackAsync(LayerEntry archive, CancellationToken ct)
    {
        var folder = Path.Join(environment.WorkFolder, $"add-{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        var limits = environment.Limits with { Bytes = Math.Min(environment.Limits.Bytes, Math.Max(environment.Limits.FreeBytes, archive.Size * environment.Limits.Ratio)) };
        var entries = new List<LayerEntry>();
        var file = await archive.Content!.OpenAsync(ct).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            var tar = await Archive.OpenAsync(file, ct).ConfigureAwait(false);
            await using (tar.ConfigureAwait(false))
            {
                try
                {
                    var reader = new TarEntryReader(tar, limits);
                    while (await reader.NextAsync(ct).ConfigureAwait(false) is { } entry)
                    {
                        environment.Disk.Take(entry.Size);
                        entries.Add(entry.Type == EntryType.File ? entry with { Content = await SpoolAsync(reader.Content, Path.Join(folder, entries.Count.ToString()), ct).ConfigureAwait(false) } : entry);
                    }
                }
                catch (InvalidDataException e)
                {
                    throw new BuildException($"ADD failed: \"{Protocol.Printable.Of(archive.Path)}\" cannot be unpacked: {e.Message}; pack it again, or COPY it as it is", e);
                }
            }
        }
        _resolution.Unpack(entries);
    }

    private static async ValueTask<IFileContent> SpoolAsync(Stream content, string path, CancellationToken ct)
    {
        var output = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        await using (output.ConfigureAwait(false))
            await content.CopyToAsync(output, 256 * 1024, ct).ConfigureAwait(false);
        return new DiskContent(path);
    }
}
