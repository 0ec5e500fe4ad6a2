using System.Globalization;
using Gantry.Server.Metadata;
using Gantry.Server.Storage;

namespace Gantry.Server.Archive;

/// <summary>A file of the journal by its name. The numbers are inside too: a file is never believed because of its name.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Line">Which database's.</param>
/// <param name="First">The first change; 0 for a snapshot.</param>
/// <param name="Last">The last change that it tells, or that it covers.</param>
internal sealed record JournalFile(BlobPath Path, string Line, long First, long Last)
{
    private const string Snapshot = "snapshot-";

    public bool IsSnapshot => First == 0;

    /// <summary>Null for a file of another name.</summary>
    public static JournalFile? TryParse(string path)
    {
        if (!BlobPath.TryOf(path, out var place) || path.Split('/') is not ["journal", var line, var file])
            return null;
        var name = file.AsSpan();
        if (name.StartsWith(Snapshot))
            return TryNumber(name[Snapshot.Length..], out var covers) ? new JournalFile(place, line, 0, covers) : null;
        var dash = name.IndexOf('-');
        return dash > 0 && TryNumber(name[..dash], out var first) && TryNumber(name[(dash + 1)..], out var last) && first > 0 && last >= first
            ? new JournalFile(place, line, first, last)
            : null;
    }

    public static async ValueTask<List<JournalFile>> ListAsync(IBlobDriver driver, CancellationToken ct)
    {
        var files = new List<JournalFile>();
        await foreach (var path in driver.ListAsync(BlobPaths.Journal, ct))
        {
            if (TryParse(path.ToString()) is { } file)
                files.Add(file);
        }
        return files;
    }

    /// <summary>Whether the store holds a journal that is not this database's: of another one, or of a future that this one lost. It may be all that says what blobs are for.</summary>
    public static async ValueTask<bool> HasForeignLineAsync(IBlobDriver driver, IMetadataStore metadata, CancellationToken ct)
    {
        // The files first: a line is in the database before its first file is in the store.
        var files = await ListAsync(driver, ct);
        var own = (await metadata.ReadJournalAsync(1, 1, ct)).Line;
        return files.Exists(file => file.Line != own);
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && text.Length == 19;
}
