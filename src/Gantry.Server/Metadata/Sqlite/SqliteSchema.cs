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

    /// <summary>Each definition by its name, without the engine's own statistics. Whatever is there can be read.</summary>
    public static IReadOnlyDictionary<string, string> Read(SqlSession db)
    {
        var definitions = new Dictionary<string, string>(StringComparer.Ordinal);
        db.Each(
            "select coalesce(name, ''), coalesce(type, '') || ' of ' || coalesce(tbl_name, '') || ': ' || coalesce(sql, '') from sqlite_schema where name not like 'sqlite_stat%'",
            // A program that was built where lines end otherwise made the same.
            row => definitions[row.GetString(0)] = row.GetString(1).ReplaceLineEndings("\n"));
        return definitions;
    }

    /// <summary>What is not as this program makes it, whatever earlier one made it first.</summary>
    public static IEnumerable<string> Compare(IReadOnlyDictionary<string, string> defined) =>
        CompareOwn(defined).Concat(defined.Keys.Where(name => !Expected.Value.ContainsKey(name)).Select(name => $"{Protocol.Printable.Of(name)} is nothing that this program makes"));

    /// <summary>The same of what this program made: an operator's own index is no fault.</summary>
    public static IEnumerable<string> CompareOwn(IReadOnlyDictionary<string, string> defined) =>
        from expected in Expected.Value
        where defined.GetValueOrDefault(expected.Key) != expected.Value
        select $"the definition of {expected.Key} is not the one that this program makes";
}
