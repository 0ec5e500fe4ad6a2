using Gantry.Server.Metadata.Sql;

namespace Gantry.Server.Metadata.Sqlite;

/// <summary>The definitions of tables and indexes, as text: that is how SQLite keeps them, and a flipped bit may leave a text that it takes.</summary>
internal static class SqliteSchema
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Expected = new(() =>
    {
        using var db = SqliteSession.OpenInMemory();
        SqlSchema.Migrate(db, "memory");
        return Read(db);
    });

    /// <summary>Each definition by its name, without the engine's own statistics.</summary>
    public static IReadOnlyDictionary<string, string> Read(SqlSession db) =>
        db.All(
            "select name, type || ' of ' || tbl_name || coalesce(': ' || sql, '') from sqlite_schema where name not like 'sqlite_stat%'",
            row => (Name: row.GetString(0), Text: row.GetString(1)))
        .ToDictionary(definition => definition.Name, definition => definition.Text, StringComparer.Ordinal);

    /// <summary>What is not as this program makes it, whatever earlier one made it first.</summary>
    public static IEnumerable<string> Compare(IReadOnlyDictionary<string, string> defined)
    {
        foreach (var (name, text) in Expected.Value)
        {
            if (defined.GetValueOrDefault(name) != text)
                yield return $"the definition of {name} is not the one that this program makes";
        }
        foreach (var name in defined.Keys.Where(name => !Expected.Value.ContainsKey(name)))
            yield return $"{Protocol.Printable.Of(name)} is nothing that this program makes";
    }
}
