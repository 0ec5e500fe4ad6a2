using System.Security.Cryptography;
using Gantry.Protocol.Distribution;
using Gantry.Server.Metadata;
using Gantry.Server.Storage;

namespace Gantry.Server.Runs;

/// <summary>Contexts that are uploaded for a run to come.</summary>
public sealed class RunSources(IMetadataStore metadata, IBlobDriver driver, BuildOptions options, TimeProvider time)
{
    /// <summary>Makes a place for a context. Its id is all that it takes to name it, so it cannot be guessed.</summary>
    /// <exception cref="RegistryException">Too many places of this owner wait for their run.</exception>
    public async ValueTask<string> AddAsync(RegistryId registry, string owner, CancellationToken ct)
    {
        var source = new SourceRecord
        {
            Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            Registry = registry,
            Owner = owner,
            Created = time.GetUtcNow(),
        };
        return await metadata.AddSourceAsync(source, options.MaxSources, ct) == CommitOutcome.Done
            ? source.Id
            : throw new RegistryException(ErrorCode.TooManyRequests, $"{options.MaxSources} of your uploads wait for their run already; start it, or try again later");
    }

    /// <summary>Takes a context's bytes: once this returns they survive a power cut. A second time replaces the first.</summary>
    public async ValueTask PutAsync(RegistryId registry, string id, Stream content, CancellationToken ct)
    {
        await DemandOpenAsync(registry, id, ct);
        await UploadAsync(BlobPaths.Source(id), upload => upload.AppendAsync(content, [], options.MaxSourceBytes, ct), ct);
        await StoredAsync(id, ct);
    }

    /// <summary>Takes one block of a context; blocks come in any order and side by side.</summary>
    public async ValueTask PutBlockAsync(RegistryId registry, string id, ReadOnlyMemory<byte> name, Stream content, CancellationToken ct)
    {
        await DemandOpenAsync(registry, id, ct);
        await UploadAsync(BlobPaths.SourceBlock(id, name.Span), upload => upload.AppendAsync(content, [], options.MaxSourceBytes, ct), ct);
        await DropIfForgottenAsync(id, BlobPaths.SourceBlock(id, name.Span));
    }

    /// <summary>Puts a context together from its blocks, in this order.</summary>
    /// <exception cref="RegistryException">A block is missing, or there is too much of it.</exception>
    public async ValueTask PutBlockListAsync(RegistryId registry, string id, IReadOnlyList<ReadOnlyMemory<byte>> names, CancellationToken ct)
    {
        await DemandOpenAsync(registry, id, ct);
        await UploadAsync(BlobPaths.Source(id), async upload =>
        {
            foreach (var name in names)
            {
                await using var block = await driver.OpenReadAsync(BlobPaths.SourceBlock(id, name.Span), ByteRange.All, ct)
                    ?? throw new RegistryException(ErrorCode.RequestInvalid, "the list names a block that was not uploaded");
                await upload.AppendAsync(block, [], options.MaxSourceBytes, ct);
            }
        }, ct);
        await StoredAsync(id, ct);
        await DropBlocksAsync(id, ct);
    }

    /// <summary>The bytes of a run's context, and how many; null where there are none. The caller disposes the stream.</summary>
    public async ValueTask<(Stream Content, long Length)?> OpenAsync(RunRecord run, CancellationToken ct)
    {
        if (run.Source is not { } id || await driver.StatAsync(BlobPaths.Source(id), ct) is not { } stat)
            return null;
        var content = await driver.OpenReadAsync(BlobPaths.Source(id), ByteRange.All, ct);
        return content is null ? null : (content, stat.Size);
    }

    /// <summary>Forgets a source. Its bytes go first: the record is what leads a sweep to them. They go once more after it: an upload may have ended in between.</summary>
    public async ValueTask RemoveAsync(string id, CancellationToken ct)
    {
        await DropBytesAsync(id, ct);
        await metadata.RemoveSourceAsync(id, ct);
        await DropBytesAsync(id, ct);
    }

    private async ValueTask DropBytesAsync(string id, CancellationToken ct)
    {
        await driver.DeleteAsync(BlobPaths.Source(id), ct);
        await DropBlocksAsync(id, ct);
    }

    /// <summary>Bytes whose place was forgotten while they came: nothing else leads to them, so whoever brought them takes them away.</summary>
    private async ValueTask DropIfForgottenAsync(string id, BlobPath path)
    {
        if (await metadata.FindSourceAsync(id, CancellationToken.None) is not null)
            return;
        await driver.DeleteAsync(path, CancellationToken.None);
        throw Taken();
    }

    private async ValueTask UploadAsync(BlobPath path, Func<IBlobUpload, ValueTask> fill, CancellationToken ct)
    {
        await using var upload = await driver.OpenUploadAsync(token: null, ct) ?? throw new IOException("the store gives no upload");
        try
        {
            await fill(upload);
            await upload.CommitAsync(path, ct);
        }
        catch (Exception)
        {
            // Half a context is of no use to anybody, whatever kept it from being whole.
            await upload.CancelAsync(CancellationToken.None);
            throw;
        }
    }

    private async ValueTask DropBlocksAsync(string id, CancellationToken ct)
    {
        await foreach (var block in driver.ListAsync(BlobPaths.SourceBlocks(id), ct))
        {
            if (BlobPaths.IsBlockOf(block, id))
                await driver.DeleteAsync(block, ct);
        }
    }

    private async ValueTask StoredAsync(string id, CancellationToken ct)
    {
        if (await metadata.StoreSourceAsync(id, ct) == CommitOutcome.Done)
            return;
        await DropIfForgottenAsync(id, BlobPaths.Source(id));
        throw Taken();
    }

    private async ValueTask DemandOpenAsync(RegistryId registry, string id, CancellationToken ct)
    {
        var source = await metadata.FindSourceAsync(id, ct);
        if (source is null || source.Registry != registry)
            throw new RegistryException(ErrorCode.NotFound, "there is no place for a context here; ask for one");
        if (source.Taken)
            throw Taken();
    }

    private static RegistryException Taken() => new(ErrorCode.Conflict, "a run has this context already");
}
