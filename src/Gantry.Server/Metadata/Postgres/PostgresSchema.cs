using Gantry.Server.Metadata.Sql;

namespace Gantry.Server.Metadata.Postgres;

/// <summary>Brings a database to the schema of this program, and to the two tables that only this engine has.</summary>
internal static class PostgresSchema
{
    // Apart from the steps that the engines share: a copy of a database takes neither along.
    private const string OwnTables = """
        -- A row that is not there stands for the first epoch.
        create table if not exists registry_epoch (
          registry  integer primary key,
          epoch     integer not null
        );

        -- The last batch that each node committed, by a name that it draws at its start.
        create table if not exists commit_mark (
          node   blob    primary key,
          batch  integer not null,
          day    integer not null
        );
        """;

    // A node whose mark is that old is not waiting for an answer any more.
    private const string ForgetMarks = "delete from commit_mark where day < current_date - date '2000-01-01' - 7";

    /// <summary>Of several nodes that start at once one does it, while the others wait.</summary>
    /// <exception cref="InvalidOperationException">A newer program has written the database.</exception>
    public static void Migrate(PostgresSession db, PostgresAddress address)
    {
        db.InTransaction(() =>
        {
            // Asked first: to make a schema takes a right that the user need not have where somebody made it.
            if (db.Number("select 1 from pg_namespace where nspname = ?1", address.Schema) is null)
                db.Execute($"create schema {address.Schema}");
            return 0;
        });
        SqlSchema.Migrate(db, address.ToString());
        db.InTransaction(() =>
        {
            db.ExecuteScript(OwnTables);
            return db.Execute(ForgetMarks);
        });
    }
}
