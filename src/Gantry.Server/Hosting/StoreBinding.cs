using System.Security.Cryptography;
using System.Text;
using Gantry.Protocol.Distribution;
using Gantry.Server.Metadata;
using Gantry.Server.Storage;

namespace Gantry.Server.Hosting;

/// <summary>Sees to it that a database and the store of its blobs belong together: each holds the same id, drawn when they first met.</summary>
/// <remarks><code>
///   the database has   the store has
///   nothing            nothing          (1) its own blobs ──► (2) alone in the cluster: (3) the id to the store ──► (4) to the database
///   nothing            an id            (1) its own blobs ──► (4) a crash after (3), or a database that was put back: it takes the store's
///   an id              the same         they belong together
///   an id              another, none    the start is refused
/// </code>
/// <see cref="OwnBlobs"/> says which are its own.
/// A node that looked for blobs in another place than the others would find none of them, and mark in the database that they are lost.
/// That the store has no id while the database has one is never a crash of ours, so nothing is guessed: the message says how to mend it.
/// </remarks>
internal sealed class StoreBinding(IMetadataStore metadata, IBlobDriver driver, TimeProvider time)
{
    private const int IdBytes = 16;
    private const string Job = "bind blobs";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <param name="where">Where the blobs are, for the message.</param>
    /// <param name="isFilled">Whether database and store were just filled from the same source, so that nobody need ask whose blobs these are.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ServerOptionsException">The database's blobs are somewhere else, or the blobs are not this database's.</exception>
    public async ValueTask EnsureAsync(string where, bool isFilled, CancellationToken ct)
    {
        while (true)
        {
            var found = await ReadAsync(where, ct);
            if (await metadata.FindSecretAsync(IRegistryStore.StoreIdName, ct) is { } known)
            {
                // The store's comes first: where it is missing still, nobody is just writing both.
                Demand(known, found ?? await ReadAsync(where, ct) ?? [], where);
                return;
            }
            // (1) Asked again after that: another node may have bound both meanwhile, and have taken a push.
            if (!isFilled && await new OwnBlobs(metadata, driver).ExplainAsync(where, ct) is { } problem)
            {
                if (await metadata.FindSecretAsync(IRegistryStore.StoreIdName, ct) is null)
                    throw new ServerOptionsException(problem);
            }
            else if (found is not null)
            {
                // (4)
                Demand(await metadata.EnsureSecretAsync(IRegistryStore.StoreIdName, found, ct), found, where);
                return;
            }
            // (2)
            else if (!await new Upkeep.Jobs(metadata, time).TryRunAsync(Job, async (_, held) => await WriteAsync(where, held), ct))
                await Task.Delay(Pause, time, ct);
        }
    }

    /// <summary>Refuses a pair that is not one already, and writes nothing: for who has long work before they bind.</summary>
    /// <exception cref="ServerOptionsException">The database's blobs are somewhere else.</exception>
    public async ValueTask LookAsync(string where, CancellationToken ct)
    {
        var found = await ReadAsync(where, ct);
        if (await metadata.FindSecretAsync(IRegistryStore.StoreIdName, ct) is { } known)
            Demand(known, found ?? [], where);
    }

    /// <summary>(3) Asked again: somebody may have been faster, with this store or with another one.</summary>
    private async ValueTask WriteAsync(string where, CancellationToken ct)
    {
        if (await ReadAsync(where, ct) is not null || await metadata.FindSecretAsync(IRegistryStore.StoreIdName, ct) is not null)
            return;
        var id = RandomNumberGenerator.GetBytes(IdBytes);
        await driver.PutAsync(BlobPaths.StoreId, new MemoryStream(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(id) + "\n")), ct);
        // Still under the lease: the next one finds both.
        await metadata.EnsureSecretAsync(IRegistryStore.StoreIdName, id, ct);
    }

    private async ValueTask<byte[]?> ReadAsync(string where, CancellationToken ct)
    {
        await using var content = await driver.OpenReadAsync(BlobPaths.StoreId, ByteRange.All, ct);
        if (content is null)
            return null;
        var bytes = new byte[(2 * IdBytes) + 2];
        var read = await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
        var id = new byte[IdBytes];
        var text = Encoding.ASCII.GetString(bytes, 0, read).TrimEnd();
        return text.Length == 2 * IdBytes && Convert.FromHexString(text, id, out _, out _) is System.Buffers.OperationStatus.Done
            ? id
            : throw new ServerOptionsException($"the object {BlobPaths.StoreId} in {where} is no id of a store: put back what was there");
    }

    private static void Demand(ReadOnlyMemory<byte> database, byte[] store, string where)
    {
        if (database.Span.SequenceEqual(store))
            return;
        var id = Convert.ToHexStringLower(database.Span);
        throw new ServerOptionsException(store.Length == 0
            ? $"the blobs of this database are not in {where}: check --blobs and its prefix. If this is the right place, and only its object {BlobPaths.StoreId} was lost, put {id} there"
            : $"the blobs in {where} belong to another database: check --blobs and --database. This database's store has {id} in its object {BlobPaths.StoreId}");
    }
}
