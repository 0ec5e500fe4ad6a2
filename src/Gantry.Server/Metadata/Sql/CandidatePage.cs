using System.Data.Common;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Candidates by their time and row, page by page. What one deletion left shares a time, so a page may begin in the middle of one.</summary>
/// <remarks>
/// Two statements, each a range of the index from its first row on. As one, with "or" or with a pair of values, SQLite reads the shared time from its beginning
/// for each page. For the same reason the index is of what is <c>&lt;&gt; 0</c>: of two lower bounds it would take the wrong one.
/// </remarks>
internal static class CandidatePage
{
    /// <param name="db">The database.</param>
    /// <param name="select">Columns and tables, up to the conditions.</param>
    /// <param name="table">The name in it of the table that has the candidates.</param>
    /// <param name="read">Reads a row.</param>
    /// <param name="range">Which of them.</param>
    public static List<T> Read<T>(SqlSession db, string select, string table, Func<DbDataReader, T> read, in CandidateRange range)
    {
        var (until, since) = (Columns.Of(range.Until), range.Since is { } time ? Columns.Of(time) : 0L);
        var order = $"{table}.candidate <= ?1 order by {table}.candidate, {table}.id limit ?2";
        List<T> rows = range.Since is null
            ? []
            : db.All($"{select} where {table}.candidate <> 0 and {table}.candidate = ?3 and {table}.id > ?4 and {order}", read, until, (long)range.Limit, since, range.Row);
        if (rows.Count < range.Limit)
            rows.AddRange(db.All($"{select} where {table}.candidate <> 0 and {table}.candidate > ?3 and {order}", read, until, (long)(range.Limit - rows.Count), since));
        return rows;
    }
}
