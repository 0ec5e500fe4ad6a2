using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gantry.Server.Metadata.Sqlite;

/// <summary>A connection that keeps every statement it ever ran prepared. One thread at a time.</summary>
/// <remarks>Parameters are written <c>?1</c>, <c>?2</c> … and given in that order: whole numbers, text, byte arrays or null.</remarks>
internal sealed class PreparedConnection : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    private PreparedConnection(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens the one connection that writes and checkpoints.</summary>
    public static PreparedConnection OpenWriter(string path)
    {
        var db = Open(path, SqliteOpenMode.ReadWrite);
        // Page size and encoding are SQLite's defaults. The checkpoint is the writer's own act, between two batches.
        db.Execute("pragma busy_timeout = 5000");
        if (db.First("pragma journal_mode = wal", row => row.GetString(0)) is not "wal")
            throw new IOException($"the database \"{path}\" cannot keep a write-ahead log; it needs a local file system");
        db.Execute("pragma synchronous = full");
        db.Execute("pragma foreign_keys = on");
        db.Execute("pragma wal_autocheckpoint = 0");
        db.Execute("pragma cache_size = -16000");
        return db;
    }

    /// <summary>Opens a connection that only reads, and never checkpoints.</summary>
    public static PreparedConnection OpenReader(string path)
    {
        var db = Open(path, SqliteOpenMode.ReadOnly);
        db.Execute("pragma busy_timeout = 5000");
        db.Execute("pragma query_only = on");
        db.Execute("pragma wal_autocheckpoint = 0");
        db.Execute("pragma cache_size = -4000");
        return db;
    }

    private static PreparedConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            return new PreparedConnection(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether no transaction is open: after some errors SQLite rolls back by itself.</summary>
    public bool IsIdle => raw.sqlite3_get_autocommit(_connection.Handle) != 0;

    /// <summary>Keeps closing from moving the log into the database, which SQLite does with the last connection otherwise.</summary>
    public void LeaveLog() => raw.sqlite3_db_config(_connection.Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);

    /// <summary>The row that the last insert made.</summary>
    public long LastId => raw.sqlite3_last_insert_rowid(_connection.Handle);

    /// <summary>Pages that were written to the log since this was asked last.</summary>
    public int TakeWrittenPages()
    {
        raw.sqlite3_db_status(_connection.Handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 1);
        return pages;
    }

    /// <summary>Runs statements that take no parameters and are not kept: a migration.</summary>
    public void ExecuteScript(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <returns>Rows changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteNonQuery();

    /// <summary>The first row's first column; null where there is no row or the column is null.</summary>
    public long? Number(string sql, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        return reader.Read() && !reader.IsDBNull(0) ? reader.GetInt64(0) : null;
    }

    /// <summary>The first row, or null.</summary>
    public T? First<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values) where T : class
    {
        using var reader = Bind(sql, values).ExecuteReader();
        return reader.Read() ? read(reader) : null;
    }

    /// <summary>Every row.</summary>
    public List<T> All<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values) => Until(_ => false, sql, read, values);

    /// <summary>Rows up to and with the first that is enough; those after it are not read.</summary>
    public List<T> Until<T>(Func<T, bool> isEnough, string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
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

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= values.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"?{i}" });
            _commands.Add(sql, command);
        }
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        _connection.Dispose();
    }
}
