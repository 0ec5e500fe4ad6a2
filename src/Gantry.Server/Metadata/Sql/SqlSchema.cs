using Gantry.Server.Metadata.Sql.Schema;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Brings a database to the schema of this program, step by step, forward only.</summary>
internal static class SqlSchema
{
    /// <summary>Step n leads from version n-1 to n. A step that was released is never changed: a new one follows.</summary>
    private static readonly Action<SqlSession>[] Steps = [Script(Step1.Sql), Script(Step2.Sql), Script(Step3.Sql), Script(Step4.Sql), Step5.Run, Script(Step6.Sql), Script(Step7.Sql)];

    public static int Newest => Steps.Length;

    /// <param name="db">A session that writes.</param>
    /// <param name="place">What the database is called where it is refused.</param>
    /// <exception cref="InvalidOperationException">A newer program has written the database.</exception>
    public static void Migrate(SqlSession db, string place)
    {
        // One transaction a step: a crash leaves the schema before it or after it, and of two nodes that start together one takes it.
        while (db.InTransaction(() => TakeStep(db, place)))
        {
        }
    }

    /// <returns>Whether another step may follow.</returns>
    private static bool TakeStep(SqlSession db, string place)
    {
        db.ExecuteScript("create table if not exists schema (version integer not null)");
        var version = db.Number("select version from schema") ?? 0;
        if (version > Newest)
            throw new InvalidOperationException($"the database \"{place}\" has schema {version} and this program knows {Newest}: a newer Gantry has written it");
        if (version == Newest)
            return false;
        Steps[version](db);
        db.Execute("delete from schema");
        db.Execute("insert into schema (version) values (?1)", version + 1);
        return true;
    }

    private static Action<SqlSession> Script(string sql) => db => db.ExecuteScript(sql);
}
