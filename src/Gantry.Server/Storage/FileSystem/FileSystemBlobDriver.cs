using System.Collections.Concurrent;
using System.IO.Pipelines;
using Gantry.Protocol.Distribution;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Server.Storage.FileSystem;

/// <summary>Objects as files below a folder.</summary>
/// <remarks><code>
///   uploads/TOKEN ──(1) flush the file──► (2) folders, durable themselves ──► (3) rename ──► (4) flush the folder ──► visible and durable
/// </code>
/// A crash before (3) leaves an upload that a sweep finds; between (3) and (4) an object that nobody was told of. Readers see all of it or nothing.
/// </remarks>
public sealed class FileSystemBlobDriver : IBlobDriver, IBlobPipeSource
{
    private const string Uploads = "uploads";
    private const int FlushThreadCount = 8;

    private readonly string _root;
    private readonly string _uploads;
    private readonly FlushThreads _flushes;

    /// <summary>Folders whose own names are known to be durable. One that another commit has just made is not, until somebody flushed its parent.</summary>
    private readonly ConcurrentDictionary<string, bool> _durableFolders = new(StringComparer.Ordinal);

    private readonly IFileCalls _files;
    /// <summary>How the tokens of this process's uploads begin.</summary>
    private readonly string _mark = Guid.NewGuid().ToString("N")[..8];

    private IOException? _failure;
    private int _disposed;

    /// <param name="root">Made where it does not exist.</param>
    public FileSystemBlobDriver(string root) : this(root, LocalFiles.Instance)
    {
    }

    /// <summary>With calls that a test can watch and fail.</summary>
    internal FileSystemBlobDriver(string root, IFileCalls files, int flushThreads = FlushThreadCount)
    {
        _files = files;
        _flushes = new FlushThreads(flushThreads);
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        _uploads = Path.Join(_root, Uploads);
        EnsureFolder(_uploads);
    }

    public ValueTask<BlobStat?> StatAsync(BlobPath path, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new(_files.Stat(FullPath(path)));
    }

    public ValueTask<Stream?> OpenReadAsync(BlobPath path, ByteRange range, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (_files.OpenToRead(FullPath(path)) is not { } handle)
            return new((Stream?)null);
        var rest = Math.Max(0, RandomAccess.GetLength(handle) - range.Offset);
        return new(new FileRangeStream(_files, handle, range.Offset, Math.Min(rest, range.Length ?? rest)));
    }

    public async ValueTask<long> CopyToAsync(BlobPath path, ByteRange range, PipeWriter output, CancellationToken ct)
    {
        using var handle = _files.OpenToRead(FullPath(path));
        if (handle is null)
            return -1;
        var (written, wanted) = (0L, range.Length ?? long.MaxValue);
        while (written < wanted)
        {
            // Reading here, on the thread that serves the request, costs less than a hop to another one: most blocks are in the page cache.
            var memory = output.GetMemory(FileSystemUpload.BlockBytes);
            var read = _files.Read(handle, memory.Span[..(int)Math.Min(memory.Length, wanted - written)], range.Offset + written);
            if (read == 0)
                break;
            output.Advance(read);
            written += read;
            var flushed = await output.FlushAsync(ct);
            if (flushed.IsCompleted || flushed.IsCanceled)
                break;
        }
        return written;
    }

    public async ValueTask PutAsync(BlobPath path, Stream content, CancellationToken ct)
    {
        // Room taken ahead makes a full disk known before anything is copied.
        var expected = content.CanSeek ? content.Length - content.Position : 0;
        await using var upload = CreateUpload(expected);
        try
        {
            await upload.AppendAsync(content, [], long.MaxValue, ct);
            await upload.CommitAsync(path, ct);
        }
        catch (Exception)
        {
            await upload.CancelAsync(CancellationToken.None);
            throw;
        }
    }

    public ValueTask<IBlobUpload?> OpenUploadAsync(string? token, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (token is null)
            return new(CreateUpload(expected: 0));
        if (!IsToken(token))
            return new((IBlobUpload?)null);
        var path = Path.Join(_uploads, token);
        return new(_files.OpenToChange(path) is { } file ? new FileSystemUpload(this, _files, token, path, file) : null);
    }

    private FileSystemUpload CreateUpload(long expected)
    {
        RefuseIfFailed();
        var token = string.Concat(_mark, Guid.NewGuid().ToString("N").AsSpan(_mark.Length));
        var path = Path.Join(_uploads, token);
        return new FileSystemUpload(this, _files, token, path, _files.Create(path, expected));
    }

    /// <summary>Whether an earlier process began an upload, which may have seen a flush of it fail and told nobody.</summary>
    internal bool IsInherited(string token) => !token.StartsWith(_mark, StringComparison.Ordinal);

    /// <summary>A token becomes a file name, so it is one of ours or nothing.</summary>
    private static bool IsToken(string text) => text.Length == 32 && text.AsSpan().IndexOfAnyExceptInRange('0', 'f') < 0 && Guid.TryParseExact(text, "N", out _);

    /// <summary>Makes an upload's file the object at a path: the four steps of the drawing.</summary>
    internal async ValueTask CommitAsync(SafeFileHandle file, string upload, BlobPath path)
    {
        RefuseIfFailed();
        var target = FullPath(path);
        var folder = Path.GetDirectoryName(target)!;
        await _flushes.RunAsync(() =>
        {
            // (1) Bytes before their name.
            try
            {
                _files.Flush(file);
            }
            catch (IOException e)
            {
                throw new FlushFailedException($"flushing \"{upload}\" failed: {e.Message}", e);
            }

            // (2)
            EnsureFolder(folder);

            // (3) A file that is gone from uploads was committed by an earlier try.
            try
            {
                _files.Rename(upload, target);
            }
            catch (FileNotFoundException) when (_files.Stat(target) is not null)
            {
            }

            // (4)
            FlushFolder(folder);
        });
    }

    public IAsyncEnumerable<BlobPath> ListAsync(BlobPath prefix, CancellationToken ct)
    {
        var folder = FullPath(prefix);
        return List().ToAsyncEnumerable();

        IEnumerable<BlobPath> List()
        {
            foreach (var file in _files.List(folder, below: true))
            {
                ct.ThrowIfCancellationRequested();
                if (BlobPath.TryOf(Path.GetRelativePath(_root, file).Replace(Path.DirectorySeparatorChar, '/'), out var path))
                    yield return path;
            }
        }
    }

    public IAsyncEnumerable<string> ListUploadsAsync(DateTimeOffset before, CancellationToken ct)
    {
        return List().ToAsyncEnumerable();

        IEnumerable<string> List()
        {
            foreach (var file in _files.List(_uploads, below: false))
            {
                ct.ThrowIfCancellationRequested();
                // The time is read after the name: a file that was committed in between has none.
                var token = Path.GetFileName(file);
                if (IsToken(token) && _files.Stat(file)?.Modified < before)
                    yield return token;
            }
        }
    }

    public ValueTask DeleteAsync(BlobPath path, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        _files.Delete(FullPath(path));
        return ValueTask.CompletedTask;
    }

    public ValueTask<Uri?> GetRedirectAsync(BlobPath path, TimeSpan lifetime, CancellationToken ct) => new((Uri?)null);

    public async ValueTask CheckAsync(CancellationToken ct)
    {
        RefuseIfFailed();
        await using var probe = CreateUpload(expected: 0);
        await probe.AppendAsync(new MemoryStream([0]), [], limit: 1, ct);
        await probe.CancelAsync(ct);
    }

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _flushes.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <exception cref="ArgumentException">The path is empty, or below the folder that is the driver's own.</exception>
    private string FullPath(BlobPath path)
    {
        var text = path.ToString();
        if (text.Length == 0 || text == Uploads || text.StartsWith(Uploads + "/", StringComparison.Ordinal))
            throw new ArgumentException($"\"{text}\" is not a path for objects", nameof(path));
        return Path.Join(_root, text);
    }

    /// <summary>Makes a folder and everything above it up to the root, each durable before what is put in it.</summary>
    private void EnsureFolder(string folder)
    {
        if (_durableFolders.ContainsKey(folder))
            return;
        if (folder == _root)
            PrivateFiles.CreateFolderDurably(folder, _files);
        else
        {
            // Also where it is there: another commit, or a process that was killed, may have made it a moment ago.
            var parent = Path.GetDirectoryName(folder)!;
            EnsureFolder(parent);
            _files.CreateFolder(folder);
            FlushFolder(parent);
        }
        _durableFolders[folder] = true;
    }

    /// <summary>A folder that cannot be flushed has names nobody can vouch for, and the next flush may say otherwise: nothing is written any more.</summary>
    /// <remarks>What was just renamed into it stays: it is whole, nobody was told of it, and it may have replaced an object that others know.</remarks>
    private void FlushFolder(string folder)
    {
        try
        {
            _files.FlushFolder(folder);
        }
        catch (IOException e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
            throw;
        }
    }

    private void RefuseIfFailed()
    {
        if (Volatile.Read(ref _failure) is { } failure)
            throw new IOException($"nothing is stored any more since {failure.Message}; restart once the disk is well", failure);
    }
}
