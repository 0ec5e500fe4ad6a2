using System.Data.Common;

namespace Gantry.Server.Metadata.Sql;

/// <summary>A connection that keeps every statement it ever ran prepared. One thread at a time.</summary>
/// <remarks>
/// Statements are written once, in SQLite's dialect kept to what every engine can say; a session of another engine translates them.
/// Parameters are written <c>?1</c>, <c>?2</c> … and given in that order: whole numbers as <c>long</c>, text, byte arrays or null.
/// </remarks>
internal abstract class SqlSession : IDisposable
{
    /// <returns>Rows changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteNonQuery();

    /// <summary>The first row's first column; null where there is no row or the column is null.</summary>
    public long? Number(string sql, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        return reader.Read() && !reader.IsDBNull(0) ? reader.GetInt64(0) : null;
    }

    /// <summary>Runs a statement that gives back the id of the one row that it made.</summary>
    public long Insert(string sql, params ReadOnlySpan<object?> values) =>
        Number(sql + " returning id", values) ?? throw new InvalidOperationException("an insert made no row");

    /// <summary>The first row, or null.</summary>
    public T? First<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values) where T : class
    {
        using var reader = Bind(sql, values).ExecuteReader();
        return reader.Read() ? read(reader) : null;
    }

    /// <summary>Every row.</summary>
    public List<T> All<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values) => Until(_ => false, sql, read, values);

    /// <summary>Rows up to and with the first that is enough; those after it are not read.</summary>
    public List<T> Until<T>(Func<T, bool> isEnough, string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
            if (isEnough(rows[^1]))
                break;
        }
        return rows;
    }

    /// <summary>Hands over every row while it is read: for more of them than memory should hold.</summary>
    public void Each(string sql, Action<DbDataReader> read, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        while (reader.Read())
            read(reader);
    }

    /// <summary>The names of a statement's columns, in their order.</summary>
    public void Describe(string sql, Action<string> name)
    {
        using var reader = Bind(sql, []).ExecuteReader();
        for (var i = 0; i < reader.FieldCount; i++)
            name(reader.GetName(i));
    }

    /// <summary>After rows came with ids of their own: the next one that the engine makes up lies above them. SQLite sees to that by itself.</summary>
    public virtual void ContinueIds(string table)
    {
    }

    /// <summary>Runs work between the beginning and the commit of a transaction that keeps other writers out; rolled back where the work fails. A session that only reads sees one state meanwhile.</summary>
    public abstract T InTransaction<T>(Func<T> work);

    /// <summary>Reads one state for as long as it takes: everything, not a page. Only in a session that only reads.</summary>
    public virtual T InSnapshot<T>(Func<T> work) => InTransaction(work);

    /// <summary>Runs statements that take no parameters and are not kept: a step of the schema, in the neutral dialect.</summary>
    public abstract void ExecuteScript(string sql);

    /// <summary>The prepared statement with these values.</summary>
    protected abstract DbCommand Bind(string sql, ReadOnlySpan<object?> values);

    public abstract void Dispose();
}
