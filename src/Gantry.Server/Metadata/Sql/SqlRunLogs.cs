using Gantry.Protocol.Runs;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Logs while they grow: chunks one behind the other, none of them ever changed.</summary>
internal static class SqlRunLogs
{
    public static LogAppendResult Append(WriteTransaction transaction, LogAppend append)
    {
        var db = transaction.Db;
        if (SqlRunRows.Find(db, append.Lease) is not { } row || row.Run.Status.IsFinal)
            return new LogAppendResult(CommitOutcome.Missing, default, 0);
        var run = row.Run;
        if (append.Offset != run.LogOffset)
            return new LogAppendResult(IsRepeat(db, row, append) ? CommitOutcome.Done : CommitOutcome.InUse, run.Key, run.LogOffset);

        // What the worker sends is counted whether it is kept or not: its offsets stay its own.
        var room = Math.Max(0, append.MaxKept - run.LogOffset);
        var kept = append.Bytes[..(int)Math.Min(room, append.Bytes.Length)];
        var length = Add(db, row.Id, run.LogLength, kept);
        if (kept.Length < append.Bytes.Length && run.LogOffset <= append.MaxKept)
            Add(db, row.Id, length, append.Notice);
        db.Execute(
            "update run set log_offset = log_offset + ?2, status = 2, updated = ?3 where id = ?1", row.Id, (long)append.Bytes.Length, Columns.Of(append.Now));
        return new LogAppendResult(CommitOutcome.Done, run.Key, run.LogOffset + append.Bytes.Length);
    }

    /// <summary>Adds a chunk and says where the log ends now.</summary>
    public static long Add(SqlSession db, long run, long start, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
            return start;
        db.Execute("insert into run_log (run, start, bytes) values (?1, ?2, ?3)", run, start, Columns.Of(bytes));
        db.Execute("update run set log_length = ?2 where id = ?1", run, start + bytes.Length);
        return start + bytes.Length;
    }

    public static byte[]? Read(SqlSession db, RunKey key, long offset, int limit)
    {
        if (SqlRunRows.Find(db, key) is not { Run.LogStored: false } row)
            return null;
        var chunks = db.Until(
            chunk => chunk.Start + chunk.Bytes.Length >= offset + limit,
            """
            select start, bytes from run_log where run = ?1 and start >=
              coalesce((select max(start) from run_log where run = ?1 and start <= ?2), 0) and start < ?3 order by start
            """,
            read => (Start: read.GetInt64(0), Bytes: read.Bytes(1)), row.Id, offset, offset + limit);
        using var bytes = new MemoryStream();
        foreach (var (start, chunk) in chunks)
        {
            var first = (int)Math.Clamp(offset - start, 0, chunk.Length);
            bytes.Write(chunk, first, (int)Math.Min(chunk.Length - first, limit - bytes.Length));
        }
        return bytes.ToArray();
    }

    public static bool Settle(WriteTransaction transaction, RunKey key)
    {
        if (SqlRunRows.Find(transaction.Db, key) is not { } row)
            return false;
        transaction.Db.Execute("update run set log_stored = 1 where id = ?1", row.Id);
        transaction.Db.Execute("delete from run_log where run = ?1", row.Id);
        return true;
    }

    /// <summary>Whether these are the bytes that came last: the answer to them may have been lost. Beyond the bound no byte is left to compare with.</summary>
    private static bool IsRepeat(SqlSession db, RunRow row, LogAppend append)
    {
        if (append.Offset + append.Bytes.Length != row.Run.LogOffset)
            return false;
        if (row.Run.LogOffset > append.MaxKept)
            return true;
        var known = db.First("select bytes from run_log where run = ?1 and start = ?2", read => read.Bytes(0), row.Id, append.Offset);
        return append.Bytes.IsEmpty || (known is not null && append.Bytes.Span.SequenceEqual(known));
    }
}
