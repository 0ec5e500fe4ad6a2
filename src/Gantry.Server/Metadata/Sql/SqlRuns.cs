using System.Text;
using System.Text.Json;
using Gantry.Protocol;
using Gantry.Protocol.Runs;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Runs from their beginning to their end. The numbers are those of <see cref="IRunStore"/>'s drawing.</summary>
internal static class SqlRuns
{
    public static long TakeNumber(WriteTransaction transaction, RegistryId registry)
    {
        transaction.Db.Execute("update registry set run_number = run_number + 1 where id = ?1", registry.Value);
        return transaction.Db.Number("select run_number from registry where id = ?1", registry.Value)
            ?? throw new InvalidOperationException("there is no such registry");
    }

    public static CommitOutcome Add(WriteTransaction transaction, RunRecord run, int maxQueued)
    {
        var db = transaction.Db;
        var registry = run.Key.Registry.Value;
        // By the index of open runs: a registry has few of them, and a month of others.
        if (db.Number("select count(*) from run indexed by run_open where status < 3 and status = 0 and registry = ?1", registry) >= maxQueued)
            return CommitOutcome.InUse;
        // A source belongs to one run, of the registry and the caller that asked for it.
        if (run.Source is { } source && db.Execute(
            "update run_source set taken = 1 where id = ?1 and registry = ?2 and owner = ?3 and stored = 1 and taken = 0", source, registry, run.Owner) == 0)
            return CommitOutcome.Missing;
        var added = db.Execute(
            """
            insert into run (registry, number, name, status, owner, login_server, request, source, created, updated, archived, owner_generation)
            values (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10) on conflict do nothing
            """,
            registry, run.Number, run.Key.Id, run.Owner, run.LoginServer, SqlRunRows.Write(run.Request), run.Source, Columns.Of(run.Created),
            run.Archived ? 1L : 0L, run.OwnerGeneration);
        return added == 1 ? CommitOutcome.Done : throw new InvalidOperationException("the number of a run was used twice");
    }

    public static RunRecord? Lease(WriteTransaction transaction, LeaseTerms terms)
    {
        // (1), (5) The longest wait first; whoever had it before has lost it with this statement.
        var db = transaction.Db;
        if (SqlRunRows.FindWaiting(db, terms) is not { } waiting)
            return null;
        var timeout = TimeSpan.FromSeconds(waiting.Run.Request.Timeout ?? 0);
        db.Execute(
            """
            update run set status = case when status < 1 then 1 else status end, lease = ?2, lease_ends = ?3, worker = ?4, attempts = attempts + 1, updated = ?5,
              started = coalesce(started, ?5), deadline = coalesce(deadline, ?6) where id = ?1
            """,
            waiting.Id, terms.Lease.ToByteArray(), Columns.Of(terms.Now + terms.Lifetime), terms.Worker, Columns.Of(terms.Now),
            Columns.Of(terms.Now + timeout));
        return SqlRunRows.Find(db, waiting.Id)!.Run;
    }

    public static RunRecord? Renew(WriteTransaction transaction, Guid lease, DateTimeOffset ends)
    {
        // One that nobody else took meanwhile may come back: its worker was slow, not lost.
        var changed = transaction.Db.Execute("update run set lease_ends = ?2 where lease = ?1 and status < 3", lease.ToByteArray(), Columns.Of(ends));
        return changed == 0 ? null : SqlRunRows.Find(transaction.Db, lease)!.Run;
    }

    public static RunRecord? Release(WriteTransaction transaction, Guid lease, DateTimeOffset now)
    {
        var db = transaction.Db;
        if (SqlRunRows.Find(db, lease) is not { Run.Status.IsFinal: false } row)
            return null;
        db.Execute("update run set lease = null, lease_ends = ?2, attempts = case when attempts < 1 then 0 else attempts - 1 end, updated = ?2 where id = ?1", row.Id, Columns.Of(now));
        return SqlRunRows.Find(db, row.Id)!.Run;
    }

    public static RunRecord? Cancel(WriteTransaction transaction, RunKey key, DateTimeOffset now)
    {
        var db = transaction.Db;
        if (SqlRunRows.Find(db, key) is not { } row)
            return null;
        // (4)
        if (row.Run.Status == RunStatus.Queued)
            EndByServer(transaction, row, new RunOutcome { Status = RunStatus.Canceled, Error = "it was canceled before a worker took it" }, now);
        else if (!row.Run.Status.IsFinal)
            db.Execute("update run set cancel = 1, updated = ?2 where id = ?1", row.Id, Columns.Of(now));
        else
            return row.Run;
        return SqlRunRows.Find(db, row.Id)!.Run;
    }

    public static RunRecord? Finish(WriteTransaction transaction, Guid lease, RunOutcome outcome, DateTimeOffset now)
    {
        var db = transaction.Db;
        if (SqlRunRows.Find(db, lease) is not { } row)
            return null;
        // (3) The answer to the first time may have been lost.
        if (row.Run.Status.IsFinal)
            return row.Run;
        End(db, row, outcome, now);
        return SqlRunRows.Find(db, row.Id)!.Run;
    }

    public static List<RunKey> EndOverdue(WriteTransaction transaction, OverdueTerms terms)
    {
        var overdue = SqlRunRows.ListOverdue(transaction.Db, terms);
        foreach (var row in overdue)
        {
            var run = row.Run;
            RunOutcome outcome = run.Deadline <= terms.Now - terms.Grace
                ? new() { Status = RunStatus.Timeout, Error = $"it took longer than {run.Request.Timeout} seconds, and its worker did not end it" }
                : run.CancelRequested
                    ? new() { Status = RunStatus.Canceled, Error = "it was canceled, and its worker was lost" }
                    : new() { Status = RunStatus.Error, Error = "its worker was lost" };
            EndByServer(transaction, row, outcome, terms.Now);
        }
        return [.. overdue.Select(row => row.Run.Key)];
    }

    public static RunRecord? Archive(WriteTransaction transaction, RunKey key, bool archived)
    {
        if (SqlRunRows.Find(transaction.Db, key) is not { } row)
            return null;
        transaction.Db.Execute("update run set archived = ?2 where id = ?1", row.Id, archived ? 1L : 0L);
        return row.Run with { Archived = archived };
    }

    public static bool Remove(WriteTransaction transaction, RunKey key)
    {
        if (SqlRunRows.Find(transaction.Db, key) is not { } row)
            return false;
        transaction.Db.Execute("delete from run_log where run = ?1", row.Id);
        return transaction.Db.Execute("delete from run where id = ?1", row.Id) == 1;
    }

    /// <summary>Ends a run for which no worker speaks: its log says so itself, and no lease is right any more.</summary>
    private static void EndByServer(WriteTransaction transaction, RunRow row, RunOutcome outcome, DateTimeOffset now)
    {
        var db = transaction.Db;
        var word = outcome.Status switch
        {
            RunStatus.Canceled => "was canceled",
            RunStatus.Timeout => "timed out",
            _ => "failed",
        };
        SqlRunLogs.Add(db, row.Id, row.Run.LogLength, Encoding.UTF8.GetBytes($"\r\nRun ID: {row.Run.Key.Id} {word}. Error: {outcome.Error}\r\n"));
        End(db, row, outcome, now);
        db.Execute("update run set lease = null, lease_ends = null where id = ?1", row.Id);
    }

    private static void End(SqlSession db, RunRow row, RunOutcome outcome, DateTimeOffset now)
    {
        var manifests = string.Concat(outcome.OutputImages.Select(image => $"\n{image.Repository}@{image.Digest}\n").Distinct(StringComparer.Ordinal));
        db.Execute(
            "update run set status = ?2, outcome = ?3, manifests = ?4, finished = ?5, updated = ?5, request = ?6 where id = ?1",
            row.Id, (long)outcome.Status, JsonSerializer.Serialize(outcome, WireJson.Wire.RunOutcome), manifests, Columns.Of(now),
            SqlRunRows.Write(WithoutSecrets(row.Run.Request)));
    }

    private static RunRequest WithoutSecrets(RunRequest request) => request with
    {
        Arguments = request.Arguments is { } arguments ? [.. arguments.Select(argument => argument.IsSecret ? argument with { Value = "" } : argument)] : null,
    };
}
