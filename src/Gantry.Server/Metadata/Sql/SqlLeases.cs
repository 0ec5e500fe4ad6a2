namespace Gantry.Server.Metadata.Sql;

/// <summary>Leases of background jobs.</summary>
/// <remarks>A job that nobody has is a row without a holder: its fence must outlive every holder.</remarks>
internal static class SqlLeases
{
    public static JobLease? Take(WriteTransaction transaction, string name, string holder, TimeSpan lifetime)
    {
        var now = transaction.Now;
        var ends = now + lifetime;
        return transaction.Db.First(
            """
            insert into job (name, holder, fence, ends) values (?1, ?2, 1, ?4)
            on conflict (name) do update set
              fence = job.fence + case when job.holder = excluded.holder then 0 else 1 end, holder = excluded.holder, ends = excluded.ends
            where job.holder = excluded.holder or job.ends <= ?3
            returning fence
            """,
            row => new JobLease(name, holder, row.GetInt64(0), ends), name, holder, Columns.Of(now), Columns.Of(ends));
    }

    public static JobLease? Renew(WriteTransaction transaction, JobLease lease, TimeSpan lifetime)
    {
        var ends = transaction.Now + lifetime;
        return transaction.Db.Execute(
            "update job set ends = ?4 where name = ?1 and holder = ?2 and fence = ?3", lease.Name, lease.Holder, lease.Fence, Columns.Of(ends)) == 1
            ? lease with { Ends = ends }
            : null;
    }

    public static bool Release(WriteTransaction transaction, JobLease lease) => transaction.Db.Execute(
        "update job set holder = '', ends = 0 where name = ?1 and holder = ?2 and fence = ?3", lease.Name, lease.Holder, lease.Fence) == 1;

    public static bool WriteState(WriteTransaction transaction, JobLease lease, string state) => transaction.Db.Execute(
        "update job set state = ?4 where name = ?1 and holder = ?2 and fence = ?3", lease.Name, lease.Holder, lease.Fence, state) == 1;

    /// <summary>Whether what is done under a lease still counts. Its time may be over: as long as nobody took the job, nobody is in the way.</summary>
    public static bool Holds(WriteTransaction transaction, JobLease lease) => transaction.Db.Number(
        "select 1 from job where name = ?1 and holder = ?2 and fence = ?3", lease.Name, lease.Holder, lease.Fence) is not null;

    public static JobRecord? Find(SqlSession db, string name, DateTimeOffset now) => db.First(
        "select case when ends > ?2 then holder else '' end, fence, state from job where name = ?1",
        row => new JobRecord(row.GetString(0) is { Length: > 0 } holder ? holder : null, row.GetInt64(1), row.OptionalText(2)), name, Columns.Of(now));
}
