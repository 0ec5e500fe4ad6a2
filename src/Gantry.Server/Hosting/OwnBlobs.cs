using Gantry.Server.Metadata;
using Gantry.Server.Storage;

namespace Gantry.Server.Hosting;

/// <summary>Whether a database that knows no store yet may take the one that it is given: the blobs in it must be its own.</summary>
/// <remarks><code>
///   the database names   the store has
///   no blob              no blob                    a new registry
///   no blob              blobs                      refused: the database was lost, or the store is another's
///   blobs                one of the first few       they belong together
///   blobs                none of those              refused: it is another place
/// </code>
/// A server that went on would delete the blobs that its database does not name, and mark as lost those that the store does not have.
/// </remarks>
internal sealed class OwnBlobs(IMetadataStore metadata, IBlobDriver driver)
{
    private const int Page = 64;

    /// <summary>Enough that a few which were lost unnoticed keep no server from starting.</summary>
    private const int Few = 16;

    /// <param name="where">Where the blobs are, for the message.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>What is wrong; null where nothing is.</returns>
    public async ValueTask<string?> ExplainAsync(string where, CancellationToken ct)
    {
        var (seen, looked, last) = (false, 0, (Protocol.Oci.Digest?)null);
        while (await metadata.ListBlobsAsync(last, Page, ct) is { Count: > 0 } blobs)
        {
            // What is known to be damaged need not be there.
            foreach (var blob in blobs.Where(blob => blob.Damaged is null))
            {
                if (await driver.StatAsync(BlobPaths.Blob(blob.Digest), ct) is not null)
                    return null;
                if (++looked == Few)
                    return Elsewhere(blob.Digest, where);
            }
            (seen, last) = (true, blobs[^1].Digest);
        }
        if (looked > 0)
            return Elsewhere(last!.Value, where);
        return seen ? null : await ExplainAnyAsync(driver, where, ct);
    }

    /// <summary>The same for a database that names no blob.</summary>
    public static async ValueTask<string?> ExplainAnyAsync(IBlobDriver driver, string where, CancellationToken ct)
    {
        await foreach (var _ in driver.ListAsync(BlobPaths.Blobs, ct))
        {
            return $"{where} has blobs, and the database is empty or new: it would take them for nobody's. Check --database and --blobs. "
                + "Where the database was lost, put it back (gantry admin restore), or make it anew from the journal beside the blobs (gantry admin rebuild). "
                + "For a new registry name another place for the blobs, or empty this one";
        }
        return null;
    }

    private static string Elsewhere(Protocol.Oci.Digest one, string where) =>
        $"{where} has none of the blobs that the database names and that were looked for, {one} among them: check --blobs and its prefix. Where they are lost indeed, put one of them back";
}
