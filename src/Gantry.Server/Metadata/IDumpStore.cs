using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>Everything that a database must not lose, in a form that every engine reads: what a backup holds beside the blobs.</summary>
/// <remarks><code>
///   {"gantryDump":1,"schema":6,"taken":"2026-11-21T17:00:00Z"}
///   {"table":"registry","columns":["id","name",…]}
///   [1,"myregistry",…]                              whole numbers, texts, null; bytes as ["base64"]
///   …
///   {"rows":1234,"sha256":"…"}                      of every byte before this line
/// </code>
/// Left out is what belongs to one cluster at one time: open uploads, leases, holds, and what the journal has still to write.
/// </remarks>
public interface IDumpStore
{
    /// <summary>Writes everything as it was at one instant. What the stream held is overwritten, and after a lost connection it is begun anew.</summary>
    /// <param name="output">Empty, and able to seek: a file.</param>
    /// <param name="now">What the dump says of its time.</param>
    /// <param name="ct">Gives up before it begins.</param>
    ValueTask WriteDumpAsync(Stream output, DateTimeOffset now, CancellationToken ct);

    /// <summary>Whether <see cref="LoadDumpAsync"/> would take a dump: asked before what goes with it is brought in.</summary>
    /// <returns>In use where the database holds anything already.</returns>
    /// <exception cref="InvalidDataException">It is of another schema.</exception>
    ValueTask<CommitOutcome> AskDumpAsync(DumpHeader dump, CancellationToken ct);

    /// <summary>Takes a dump in, whole or not at all. The caller has verified it: <see cref="DumpReader.Verify"/>.</summary>
    /// <param name="dump">The dump.</param>
    /// <param name="damaged">Blobs whose bytes are not there: marked as damaged in the same transaction.</param>
    /// <param name="ct">Gives up before it begins.</param>
    /// <returns>In use where the database holds anything already. What a start leaves that came to no registry is no use: it gives way.</returns>
    /// <exception cref="InvalidDataException">It is of another schema, or its rows contradict each other.</exception>
    ValueTask<CommitOutcome> LoadDumpAsync(Stream dump, IReadOnlyCollection<Digest> damaged, CancellationToken ct);
}
