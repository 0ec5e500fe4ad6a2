using System.Text.Json;
using Gantry.Protocol;
using Gantry.Protocol.Runs;
using System.Data.Common;

namespace Gantry.Server.Metadata.Sql;

/// <summary>How a run lies in its row, and the rows that are only read.</summary>
internal static class SqlRunRows
{
    /// <summary>The first status that is final.</summary>
    public const long Final = (long)RunStatus.Succeeded;

    private const string Select = """
        select id, registry, number, name, status, owner, login_server, request, source, created, updated, started, finished, deadline,
          cancel, outcome, lease, lease_ends, attempts, log_offset, log_length, log_stored, archived, owner_generation from run
        """;

    public static RunRow? Find(SqlSession db, RunKey run) =>
        db.First($"{Select} where registry = ?1 and name = ?2", Read, run.Registry.Value, run.Id);

    public static RunRow? Find(SqlSession db, Guid lease) => db.First($"{Select} where lease = ?1", Read, lease.ToByteArray());

    public static RunRow? Find(SqlSession db, long id) => db.First($"{Select} where id = ?1", Read, id);

    /// <summary>The run that waits longest: queued, or left by its worker and worth another one.</summary>
    public static RunRow? FindWaiting(SqlSession db, LeaseTerms terms) => db.First(
        $"""
        {Select} where status < 3 and (status = 0 or (lease_ends <= ?1 and deadline > ?1 and cancel = 0 and attempts < ?2))
          order by created, id limit 1
        """,
        Read, Columns.Of(terms.Now), (long)terms.MaxAttempts);

    // Workers ask this all the time. "status < 3" says nothing new but to the planner, which finds the index of open runs by these words alone.
    public static List<RunRow> ListOverdue(SqlSession db, OverdueTerms terms) => db.All(
        $"""
        {Select} where status < 3 and status in (1, 2) and
          (deadline <= ?2 or (lease_ends <= ?1 and (cancel = 1 or attempts >= ?3))) order by created, id
        """,
        Read, Columns.Of(terms.Now), Columns.Of(terms.Now - terms.Grace), (long)terms.MaxAttempts);

    public static List<RunRow> List(SqlSession db, RegistryId registry, RunFilter filter) => db.All(
        $"""
        {Select} where registry = ?1 and number < ?2 and (cast(?3 as bigint) is null or status = ?3) and (cast(?4 as text) is null or owner = ?4)
          and (cast(?5 as text) is null or instr(manifests, ?5) > 0) order by number desc limit ?6
        """,
        Read, registry.Value, filter.Before ?? long.MaxValue, (long?)filter.Status, filter.Owner,
        filter.Manifest is { } manifest ? $"\n{manifest}\n" : null, (long)filter.Limit);

    public static List<RunRow> ListUnsettled(SqlSession db, int limit) =>
        db.All($"{Select} where status >= 3 and log_stored = 0 order by id limit ?1", Read, (long)limit);

    public static List<RunRow> ListFinished(SqlSession db, DateTimeOffset before, int limit) =>
        db.All($"{Select} where status >= 3 and finished < ?1 and archived = 0 and log_stored = 1 order by finished limit ?2", Read, Columns.Of(before), (long)limit);

    public static string Write(RunRequest request) => JsonSerializer.Serialize(request, WireJson.Wire.RunRequest);

    private static RunRow Read(DbDataReader row)
    {
        var record = new RunRecord
        {
            Key = new RunKey(new RegistryId(row.GetInt64(1)), row.GetString(3)),
            Number = row.GetInt64(2),
            Status = (RunStatus)row.GetInt64(4),
            Owner = row.GetString(5),
            LoginServer = row.GetString(6),
            Request = JsonSerializer.Deserialize(row.GetString(7), WireJson.Wire.RunRequest)!,
            Source = row.OptionalText(8),
            Created = row.Time(9),
            Updated = row.Time(10),
            Started = row.OptionalTime(11),
            Finished = row.OptionalTime(12),
            Deadline = row.OptionalTime(13),
            CancelRequested = row.GetInt64(14) != 0,
            Outcome = row.OptionalText(15) is { } outcome ? JsonSerializer.Deserialize(outcome, WireJson.Wire.RunOutcome) : null,
            Lease = row.IsDBNull(16) ? null : new Guid(row.Bytes(16)),
            LeaseEnds = row.OptionalTime(17),
            Attempts = (int)row.GetInt64(18),
            LogOffset = row.GetInt64(19),
            LogLength = row.GetInt64(20),
            LogStored = row.GetInt64(21) != 0,
            Archived = row.GetInt64(22) != 0,
            OwnerGeneration = row.GetInt64(23),
        };
        return new RunRow(row.GetInt64(0), record);
    }
}
