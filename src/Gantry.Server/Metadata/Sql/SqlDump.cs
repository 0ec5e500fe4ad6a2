using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata.Sql;

/// <summary>The tables of a dump, out of a database and into one.</summary>
internal static class SqlDump
{
    /// <summary>The schema's tables in an order in which no row comes before one that it refers to; by their keys, so that the same state gives the same dump.</summary>
    private static readonly (string Table, string Order)[] Tables =
    [
        ("registry", "id"),
        ("secret", "name"),
        ("signing_key", "id"),
        ("principal", "app_id"),
        ("principal_secret", "id"),
        ("role_assignment", "id"),
        ("group_member", "party, member"),
        ("scope_map", "registry, key"),
        ("scoped_token", "registry, key"),
        ("scoped_token_password", "registry, token, name"),
        ("admin_password", "registry, name"),
        ("issuer", "registry, name"),
        ("federated_credential", "principal, name"),
        ("revoked_token", "registry, id"),
        ("repository", "id"),
        ("manifest", "id"),
        ("manifest_content", "manifest"),
        ("manifest_child", "repository, digest, parent"),
        ("manifest_awaits", "digest, manifest"),
        ("tag", "repository, name"),
        ("blob", "id"),
        ("blob_link", "repository, blob"),
        ("manifest_blob", "manifest, blob"),
        ("run", "id"),
        ("run_log", "run, start"),
        ("run_source", "id"),
    ];

    /// <summary>What a dump leaves out: it is a cluster's at one time, and means nothing to another one.</summary>
    internal static readonly string[] LeftOut = ["schema", "upload", "job", "blob_hold", "blob_going", "outbox", "journal"];

    /// <summary>A dump may be loaded beside another store.</summary>
    private const string OwnSecrets = $"where name <> '{IRegistryStore.StoreIdName}'";

    /// <summary>What a start makes before the first registry. Where there is none, these open nothing.</summary>
    private static readonly string[] OfAStart = ["secret", "signing_key"];

    /// <summary>Tables whose ids the engine makes up.</summary>
    private static readonly string[] Numbered = ["registry", "repository", "manifest", "blob", "run"];

    internal static IEnumerable<string> TableNames => Tables.Select(table => table.Table);

    /// <summary>The session sees one state of the database from here to the end.</summary>
    public static bool Write(SqlSession db, Stream output, DateTimeOffset now) => db.InSnapshot(() =>
    {
        output.SetLength(0);
        using var writer = new DumpWriter(output, db.Number("select version from schema") ?? 0, now);
        foreach (var (table, order) in Tables)
        {
            var columns = ColumnsOf(db, table);
            writer.Begin(table, columns);
            var values = new object?[columns.Count];
            db.Each($"select {string.Join(", ", columns)} from {table} {(table == "secret" ? OwnSecrets : "")} order by {order}", row =>
            {
                row.GetValues(values!);
                writer.Add(values);
            });
        }
        writer.End();
        return true;
    });

    /// <exception cref="InvalidDataException">It is of another schema.</exception>
    public static CommitOutcome Ask(SqlSession db, DumpHeader dump)
    {
        var schema = db.Number("select version from schema") ?? 0;
        if (dump.Schema != schema)
            throw new InvalidDataException($"the dump has schema {dump.Schema} and this program has {schema}: restore it with the program that took it, and upgrade then");
        return TableNames.Except(OfAStart).Any(table => db.Number($"select 1 from {table} limit 1") is not null) ? CommitOutcome.InUse : CommitOutcome.Done;
    }

    /// <remarks>Reads no more ahead than it writes: a server ends a transaction that says nothing for long.</remarks>
    /// <exception cref="InvalidDataException">It is of another schema, or of tables that there are not.</exception>
    public static CommitOutcome Load(WriteTransaction transaction, Stream dump, IReadOnlyCollection<Digest> damaged)
    {
        var db = transaction.Db;
        if (Ask(db, DumpReader.ReadHeader(dump)) != CommitOutcome.Done)
            return CommitOutcome.InUse;
        db.Execute("delete from signing_key");
        db.Execute($"delete from secret {OwnSecrets}");

        var (insert, known) = ("", (DumpRow?)null);
        foreach (var row in DumpReader.ReadRows(dump))
        {
            if (!ReferenceEquals(known?.Columns, row.Columns))
                (insert, known) = (InsertInto(db, row), row);
            db.Execute(insert, row.Values);
        }
        // Every blob was read just now: who loads says which are damaged, whatever they were when the dump was taken.
        db.Execute("update blob set damaged = 0 where damaged > 0");
        foreach (var digest in damaged)
            db.Execute("update blob set damaged = ?2 where digest = ?1 and damaged = 0", Columns.Of(digest), Columns.Of(transaction.Now));
        foreach (var table in Numbered)
            db.ContinueIds(table);
        return CommitOutcome.Done;
    }

    /// <summary>The names are looked up, never written into a statement as they stand in a file.</summary>
    private static string InsertInto(SqlSession db, DumpRow row)
    {
        if (!TableNames.Contains(row.Table) || row.Columns.Except(ColumnsOf(db, row.Table)).Any() || row.Columns.Distinct().Count() != row.Columns.Count)
            throw new InvalidDataException($"the dump has a table \"{Protocol.Printable.Of(row.Table)}\" that this program does not know so");
        return $"insert into {row.Table} ({string.Join(", ", row.Columns)}) values ({string.Join(", ", row.Columns.Select((_, i) => $"?{i + 1}"))})";
    }

    private static List<string> ColumnsOf(SqlSession db, string table)
    {
        var columns = new List<string>();
        db.Describe($"select * from {table} limit 0", columns.Add);
        return columns;
    }
}
