using Gantry.Client.Content;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Storage;
using Gantry.Server.Storage.FileSystem;

namespace Gantry.Server.Hosting;

/// <summary>A backup's folder: the database's rows in one file, the blobs beside it by digest, as in a data folder.</summary>
/// <remarks><code>
///   FOLDER/
///     dump.jsonl               the last backup that is whole
///     dump.jsonl.part          the one that is being made
///     blobs/, runs/            objects of both; those of earlier backups stay
/// </code>
/// Bytes before names here too: the dump gets its name when everything that it names is there, so a backup that was cut short leaves the one before it as it was.
/// Everything in it is for its owner alone: it holds the keys that sign tokens.
/// </remarks>
public sealed class BackupFolder : IAsyncDisposable
{
    private const string DumpName = "dump.jsonl";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _folder;
    private readonly FileSystemBlobDriver _objects;

    private BackupFolder(string folder)
    {
        _folder = folder;
        _objects = new FileSystemBlobDriver(folder);
    }

    private string Dump => Path.Join(_folder, DumpName);

    private string NewDump => Dump + ".part";

    /// <summary>Opens the folder, made for its owner alone where it is missing.</summary>
    /// <exception cref="IOException">Others may read it.</exception>
    public static BackupFolder Create(string folder)
    {
        // A backup that is done survives a power cut, so its folder does.
        PrivateFiles.CreateFolderDurably(folder, LocalFiles.Instance);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(folder) & ~OwnerOnly) != UnixFileMode.None)
            throw new IOException($"\"{folder}\" can be read by others, and a backup holds signing keys: give it the mode 0700");
        return new BackupFolder(folder);
    }

    /// <exception cref="FileNotFoundException">It holds no whole backup.</exception>
    public static BackupFolder Open(string folder)
    {
        var path = Path.Join(folder, DumpName);
        return File.Exists(path) ? new BackupFolder(folder) : throw new FileNotFoundException($"\"{folder}\" holds no whole backup: it has no file {DumpName}", path);
    }

    /// <summary>Removes what a backup that was cut short left half-written. Nothing may be stored meanwhile.</summary>
    public async ValueTask SweepAsync(CancellationToken ct)
    {
        await foreach (var token in _objects.ListUploadsAsync(DateTimeOffset.MaxValue, ct))
        {
            await using var upload = await _objects.OpenUploadAsync(token, ct);
            if (upload is not null)
                await upload.CancelAsync(ct);
        }
    }

    /// <summary>Takes a new dump in, not yet under its name, and verifies it.</summary>
    /// <exception cref="InvalidDataException">It did not come whole.</exception>
    public async ValueTask<BackupStamp> TakeDumpAsync(Stream content, CancellationToken ct)
    {
        await using var file = PrivateFiles.Open(NewDump, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        await content.CopyToAsync(file, ct);
        var header = DumpReader.Verify(file);
        file.Flush(flushToDisk: true);
        return new BackupStamp(header.Taken, header.Rows);
    }

    /// <summary>The new dump becomes the backup: all that it names is there.</summary>
    public void Commit()
    {
        PrivateFiles.Replace(NewDump, Dump);
        FolderFlush.Flush(_folder);
    }

    /// <summary>What the dump names: of the new one while it is being made, else of the whole one.</summary>
    public IReadOnlyList<BackupObject> ListObjects(bool isNew)
    {
        using var file = OpenDump(isNew);
        var objects = new List<BackupObject>();
        foreach (var row in DumpReader.ReadRows(file))
        {
            // Known damage too: an earlier backup into this folder may have its bytes, and else it is to be told.
            if (row.Table == "blob")
                objects.Add(Blob(row));
            else if (row.Table == "run" && row.Of<long>("log_stored") != 0)
                objects.Add(new BackupObject(BlobPaths.RunLog(row.Of<long>("registry"), row.Of<string>("name")).ToString(), null));
            else if (row.Table == "run_source" && row.Of<long>("stored") != 0)
                objects.Add(new BackupObject(BlobPaths.Source(row.Of<string>("id")).ToString(), null));
        }
        return objects;
    }

    /// <summary>Whether an object is in the folder, whole by its length, and with <paramref name="verify"/> by its digest. What has no digest is fetched anew each time.</summary>
    public async ValueTask<bool> HasAsync(BackupObject wanted, bool verify, CancellationToken ct) =>
        wanted.Content is { } content && await _objects.StatAsync(BlobPath.Of(wanted.Path), ct) is { } stat && stat.Size == content.Size
        && (!verify || await IsWholeAsync(wanted, ct));

    /// <summary>Whether an object's bytes are what its digest says. What cannot be read is not whole either.</summary>
    private async ValueTask<bool> IsWholeAsync(BackupObject wanted, CancellationToken ct)
    {
        try
        {
            await using var content = await OpenAsync(wanted, ct);
            if (content is null)
                return false;
            await content.CopyToAsync(Stream.Null, 1024 * 1024, ct);
            return true;
        }
        catch (Exception e) when (e is ContentMismatchException or IOException)
        {
            return false;
        }
    }

    /// <summary>Takes an object in, verified before it gets its name. The stream is the caller's.</summary>
    public async ValueTask StoreAsync(BackupObject wanted, Stream content, CancellationToken ct)
    {
        if (wanted.Content is not { } expected)
        {
            await _objects.PutAsync(BlobPath.Of(wanted.Path), content, ct);
            return;
        }
        await using var verified = new VerifyingStream(content, expected, leaveOpen: true);
        await _objects.PutAsync(BlobPath.Of(wanted.Path), verified, ct);
    }

    /// <summary>An object's bytes, which tell at their end where they are wrong; null where it is missing. The caller disposes the stream.</summary>
    internal async ValueTask<Stream?> OpenAsync(BackupObject wanted, CancellationToken ct) =>
        await _objects.OpenReadAsync(BlobPath.Of(wanted.Path), ByteRange.All, ct) is not { } found ? null
        : wanted.Content is { } expected ? new VerifyingStream(found, expected)
        : found;

    internal FileStream OpenDump(bool isNew) => PrivateFiles.Open(isNew ? NewDump : Dump, FileMode.Open, FileAccess.Read, FileShare.Read);

    public ValueTask DisposeAsync() => _objects.DisposeAsync();

    private static BackupObject Blob(DumpRow row)
    {
        var column = row.Of<byte[]>("digest");
        var algorithm = column[0] switch
        {
            1 => DigestAlgorithm.Sha256,
            2 => DigestAlgorithm.Sha384,
            3 => DigestAlgorithm.Sha512,
            _ => throw new InvalidDataException($"the dump names digest algorithm {column[0]}, which this program does not know"),
        };
        var digest = Digest.FromHash(algorithm, column.AsSpan(1));
        return new BackupObject(BlobPaths.Blob(digest).ToString(), new Descriptor { MediaType = MediaTypes.OctetStream, Digest = digest, Size = row.Of<long>("size") });
    }
}
