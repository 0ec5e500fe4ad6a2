using System.Data;
using System.Data.Common;
using System.Globalization;
using Gantry.Server.Metadata.Sql;
using Npgsql;

namespace Gantry.Server.Metadata.Postgres;

/// <summary>A connection to the database: the writer's, or one of those that read.</summary>
/// <remarks>The driver prepares what it is given twice, on the server, for each combination of parameter types.</remarks>
/// <param name="connection">An open one, which is the session's from now on.</param>
/// <param name="readOnly">Whether it refuses to write.</param>
/// <param name="writersLock">The number of the lock of which the cluster has one.</param>
/// <param name="silence">How long nothing may come from the one or the other side of a snapshot.</param>
internal sealed class PostgresSession(NpgsqlConnection connection, bool readOnly, long writersLock, TimeSpan silence) : SqlSession
{
    private const string BeginRead = "begin isolation level repeatable read read only";

    private readonly Dictionary<string, NpgsqlCommand> _commands = new(StringComparer.Ordinal);
    private TimeSpan? _answer;

    /// <summary>Of this process's connections each has its own: behind a new one there may be another server.</summary>
    public required long Generation { get; init; }

    /// <summary>Whether it can be asked anything. The server ends a connection with words of any code, and the driver does it too, where a disk is full or broken.</summary>
    public bool IsOpen => connection.State is ConnectionState.Open;

    /// <summary>The server's version as it gives it.</summary>
    public string ServerVersion => connection.PostgreSqlVersion.ToString(2);

    /// <summary>Begins the transaction that keeps every other writer of the cluster out, and waits until they are.</summary>
    /// <remarks>Each later statement sees what was committed when it begins, so all that the writer before did.</remarks>
    /// <param name="lazy">Whether a power cut of the server may take what this transaction writes.</param>
    /// <returns>The time, by the server's clock, once all others are out.</returns>
    public DateTimeOffset BeginWrite(bool lazy)
    {
        using var batch = BatchOf(
        [
            "begin isolation level read committed",
            // Of the transaction, not of the session: the server lets go of it however the transaction ends.
            string.Create(CultureInfo.InvariantCulture, $"select pg_advisory_xact_lock({writersLock})"),
            .. (string[])(lazy ? ["set local synchronous_commit = off"] : []),
            "select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)",
        ]);
        using var reader = batch.ExecuteReader();
        // The lock's answer has a row as well, with nothing in it.
        if (!reader.NextResult() || !reader.Read())
            throw new InvalidOperationException("the server told no time");
        return DateTimeOffset.UnixEpoch.AddTicks(TimeSpan.TicksPerMicrosecond * reader.GetInt64(0));
    }

    /// <summary>Runs a last statement and commits, in one trip.</summary>
    public void Commit(string last, params ReadOnlySpan<object?> values)
    {
        using var batch = new NpgsqlBatch(connection);
        var command = new NpgsqlBatchCommand(PostgresDialect.Translate(last));
        foreach (var value in values)
            command.Parameters.Add(ParameterOf(value));
        batch.BatchCommands.Add(command);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        batch.ExecuteNonQuery();
    }

    /// <summary>Runs statements without parameters or results, in one trip.</summary>
    public void Send(params ReadOnlySpan<string> statements)
    {
        using var batch = BatchOf(statements);
        batch.ExecuteNonQuery();
    }

    /// <summary>In a session that only reads, the work sees one state of the database from its first statement to its last.</summary>
    public override T InTransaction<T>(Func<T> work)
    {
        if (readOnly)
            Send(BeginRead);
        else
            BeginWrite(lazy: false);
        return Finish(work);
    }

    /// <summary>A statement counts as running until its last row was taken, so the bounds that keep writers short would end every dump of some size.</summary>
    /// <remarks>It holds no lock that another waits for. A node that is stopped meanwhile keeps the server from cleaning up, so the end is only put off.</remarks>
    public override T InSnapshot<T>(Func<T> work)
    {
        var milliseconds = ((long)silence.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        Send(BeginRead, "set local statement_timeout = 0", $"set local idle_in_transaction_session_timeout = {milliseconds}", $"set local tcp_user_timeout = {milliseconds}");
        _answer = silence;
        try
        {
            return Finish(work);
        }
        finally
        {
            _answer = null;
        }
    }

    private T Finish<T>(Func<T> work)
    {
        try
        {
            var result = work();
            Send("commit");
            return result;
        }
        catch (Exception e)
        {
            if (IsOpen && !PostgresFailure.IsOfConnection(e))
                Send("rollback");
            throw;
        }
    }

    public override void ExecuteScript(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = PostgresDialect.Translate(sql);
        command.ExecuteNonQuery();
    }

    /// <summary>The column's sequence knows nothing of ids that came with their rows.</summary>
    public override void ContinueIds(string table) =>
        ExecuteScript($"alter table {table} alter column id restart with {((Number($"select max(id) from {table}") ?? 0) + 1).ToString(CultureInfo.InvariantCulture)}");

    protected override DbCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = new NpgsqlCommand(PostgresDialect.Translate(sql), connection);
            _commands.Add(sql, command);
        }
        command.CommandTimeout = _answer is { } answer ? (int)answer.TotalSeconds : connection.CommandTimeout;
        // Anew each time: a parameter keeps the type of its first value otherwise, and null has none.
        command.Parameters.Clear();
        foreach (var value in values)
            command.Parameters.Add(ParameterOf(value));
        return command;
    }

    public override void Dispose()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        connection.Dispose();
    }

    private NpgsqlBatch BatchOf(params ReadOnlySpan<string> statements)
    {
        var batch = new NpgsqlBatch(connection);
        foreach (var statement in statements)
            batch.BatchCommands.Add(new NpgsqlBatchCommand(statement));
        return batch;
    }

    private static NpgsqlParameter ParameterOf(object? value) => value switch
    {
        long number => new NpgsqlParameter<long> { TypedValue = number },
        int number => new NpgsqlParameter<long> { TypedValue = number },
        string text => new NpgsqlParameter<string> { TypedValue = text },
        byte[] bytes => new NpgsqlParameter<byte[]> { TypedValue = bytes },
        null => new NpgsqlParameter { Value = DBNull.Value },
        _ => throw new ArgumentException($"a parameter cannot be {value.GetType()}", nameof(value)),
    };
}
