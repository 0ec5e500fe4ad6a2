using System.Text.Json;
using Gantry.Protocol;
using Gantry.Protocol.Admin;

namespace Gantry.Server.Audit;

/// <summary>Reads the record backwards, from its end or from where another reading stopped.</summary>
public sealed class AuditReader(AuditFiles files)
{
    /// <summary>What one reading looks at before it says where to go on: a rare wish must not cost a whole record's reading at once.</summary>
    public const int MostBytes = 32 * 1024 * 1024;

    private const int BlockBytes = 256 * 1024;

    private static readonly TimeSpan Disorder = TimeSpan.FromMinutes(1);

    /// <param name="filter">What is wanted.</param>
    /// <param name="last">Where the reading before this one stopped; null to begin with the newest.</param>
    /// <param name="count">How many records at most.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The records, the newest first, and where to go on; null where the record is at its end.</returns>
    public async ValueTask<(IReadOnlyList<AuditRecord> Records, AuditPlace? Next)> ReadAsync(AuditFilter filter, AuditPlace? last, int count, CancellationToken ct)
    {
        var found = new List<AuditRecord>();
        var budget = MostBytes;
        foreach (var name in files.List())
        {
            if (last is { } before && string.CompareOrdinal(name, before.File) > 0)
                continue;
            await using var file = files.Open(name);
            if (file is null)
                continue;
            var lines = new BackwardLines(file, BlockBytes, last is { } within && within.File == name ? Math.Min(within.Offset, file.Length) : file.Length);
            while (await lines.ReadAsync(ct) is { } line)
            {
                budget -= line.Length + 1;
                if (Parse(line.Span) is { } record)
                {
                    // Lines are in order but for what finished at the same moment.
                    if (filter.From is { } from && record.TimeGenerated < from - Disorder)
                        return (found, null);
                    if (filter.Wants(record))
                        found.Add(record);
                }
                if (found.Count == count || budget < 0)
                    return (found, new AuditPlace(name, lines.Position));
            }
        }
        return (found, null);
    }

    /// <summary>Null for what a crash left of a line.</summary>
    private static AuditRecord? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return line.IsEmpty ? null : JsonSerializer.Deserialize(line, WireJson.Wire.AuditRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
