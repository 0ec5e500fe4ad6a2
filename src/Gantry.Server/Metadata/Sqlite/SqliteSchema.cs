using Gantry.Server.Metadata.Sqlite.Schema;

namespace Gantry.Server.Metadata.Sqlite;

/// <summary>Brings a database to the schema of this program, step by step, forward only.</summary>
internal static class SqliteSchema
{
    /// <summary>Step n leads from version n-1 to n. A step that was released is never changed: a new one follows.</summary>
    private static readonly string[] Steps = [Step1.Sql, Step2.Sql, Step3.Sql, Step4.Sql];

    public static int Newest => Steps.Length;

    /// <exception cref="InvalidOperationException">A newer program has written the database.</exception>
    public static void Migrate(PreparedConnection db, string path)
    {
        db.ExecuteScript("begin immediate; create table if not exists schema (version integer not null); commit");
        var version = db.Number("select version from schema") ?? 0;
        if (version > Newest)
            throw new InvalidOperationException($"the database \"{path}\" has schema {version} and this program knows {Newest}: a newer Gantry has written it");
        for (; version < Newest; version++)
        {
            // One transaction a step: a crash leaves the schema before it or after it.
            db.ExecuteScript($"begin immediate; {Steps[version]} delete from schema; insert into schema (version) values ({version + 1}); commit");
        }
    }
}
