using System.Data.Common;
using Gantry.Server.Metadata.Sql;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gantry.Server.Metadata.Sqlite;

/// <summary>A connection to a database file: the one that writes, or one of those that read.</summary>
internal sealed class SqliteSession : SqlSession
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    private readonly string _begin;

    private SqliteSession(SqliteConnection connection, SqliteOpenMode mode)
    {
        _connection = connection;
        _begin = mode == SqliteOpenMode.ReadOnly ? "begin" : "begin immediate";
    }

    /// <summary>Opens the one connection that writes and checkpoints.</summary>
    public static SqliteSession OpenWriter(string path)
    {
        return Open(path, SqliteOpenMode.ReadWrite, db =>
        {
            // Page size and encoding are SQLite's defaults. The checkpoint is the writer's own act, between two batches.
            db.Execute("pragma busy_timeout = 5000");
            if (db.First("pragma journal_mode = wal", row => row.GetString(0)) is not "wal")
                throw new IOException($"the database \"{path}\" cannot keep a write-ahead log; it needs a local file system");
            db.Execute("pragma synchronous = full");
            db.Execute("pragma foreign_keys = on");
            db.Execute("pragma wal_autocheckpoint = 0");
            db.Execute("pragma cache_size = -16000");
        });
    }

    /// <summary>Opens a connection that only reads, and never checkpoints.</summary>
    public static SqliteSession OpenReader(string path)
    {
        return Open(path, SqliteOpenMode.ReadOnly, db =>
        {
            db.Execute("pragma busy_timeout = 5000");
            db.Execute("pragma query_only = on");
            db.Execute("pragma wal_autocheckpoint = 0");
            db.Execute("pragma cache_size = -4000");
        });
    }

    /// <summary>A database of its own that is gone with the session.</summary>
    public static SqliteSession OpenInMemory() => Open(":memory:", SqliteOpenMode.Memory, _ => { });

    private static SqliteSession Open(string path, SqliteOpenMode mode, Action<SqliteSession> prepare)
    {
        var db = new SqliteSession(new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString()), mode);
        try
        {
            db._connection.Open();
            prepare(db);
            return db;
        }
        catch
        {
            db.Dispose();
            throw;
        }
    }

    /// <summary>Whether no transaction is open: after some errors SQLite rolls back by itself.</summary>
    public bool IsIdle => raw.sqlite3_get_autocommit(_connection.Handle) != 0;

    /// <summary>Keeps closing from moving the log into the database, which SQLite does with the last connection otherwise.</summary>
    public void LeaveLog() => raw.sqlite3_db_config(_connection.Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);

    /// <summary>Pages that were written to the log since this was asked last.</summary>
    public int TakeWrittenPages()
    {
        raw.sqlite3_db_status(_connection.Handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 1);
        return pages;
    }

    public override T InTransaction<T>(Func<T> work)
    {
        Execute(_begin);
        try
        {
            var result = work();
            Execute("commit");
            return result;
        }
        catch
        {
            if (!IsIdle)
                Execute("rollback");
            throw;
        }
    }

    public override void ExecuteScript(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    protected override DbCommand Bind(string sql, ReadOnlySpan<object?> values)
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

    public override void Dispose()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        _connection.Dispose();
    }
}
