using System.Net.Sockets;
using Npgsql;

namespace Gantry.Server.Metadata.Postgres;

/// <summary>Tells what befell the database or the way to it from what is wrong with a statement.</summary>
/// <remarks>The codes are those of PostgreSQL's manual, appendix A.</remarks>
internal static class PostgresFailure
{
    private static readonly HashSet<string> PassingCodes = new(StringComparer.Ordinal)
    {
        "25006", // read_only_sql_transaction: a standby, or the primary of a moment ago
        "25P03", // idle_in_transaction_session_timeout: this node was stopped for too long
        "25P04", // transaction_timeout
        "40001", // serialization_failure
        "40P01", // deadlock_detected
        "53200", // out_of_memory
        "53300", // too_many_connections
        "55P03", // lock_not_available: lock_timeout
        "57014", // query_canceled: statement_timeout
        "57P01", // admin_shutdown
        "57P02", // crash_shutdown
        "57P03", // cannot_connect_now: it starts or recovers
        "57P05", // idle_session_timeout
    };

    /// <summary>Whether the same work may succeed on another connection, or a moment later.</summary>
    public static bool IsPassing(Exception e) => e switch
    {
        PostgresException refused => PassingCodes.Contains(refused.SqlState) || refused.SqlState.StartsWith("08", StringComparison.Ordinal),
        // Every other failure of Npgsql is one of the connection, or of a time limit.
        NpgsqlException or IOException or SocketException or TimeoutException => true,
        _ => false,
    };

    /// <summary>Whether the store failed, for a while or until somebody looks after it; else the fault is the program's.</summary>
    public static bool IsOfStore(Exception e) => IsPassing(e) || IsOfConnection(e) || e is PostgresException refused
        && (refused.SqlState.StartsWith("53", StringComparison.Ordinal) || refused.SqlState.StartsWith("58", StringComparison.Ordinal)
            || refused.SqlState.StartsWith("XX", StringComparison.Ordinal) || refused.SqlState.StartsWith("28", StringComparison.Ordinal)
            || refused.SqlState is "3D000" or "42501");

    /// <summary>Whether the connection cannot be used any more: the server ended it, or nobody knows what is on its way.</summary>
    public static bool IsOfConnection(Exception e) => e is not PostgresException refused
        ? IsPassing(e)
        : refused.Severity is "FATAL" or "PANIC" || refused.SqlState.StartsWith("08", StringComparison.Ordinal);

    /// <summary>A store's failure in the words of the contract. Neither the server's message nor Npgsql's names a password.</summary>
    public static IOException Of(Exception e) => e switch
    {
        IOException known => known,
        // data_corrupted and index_corrupted.
        PostgresException { SqlState: "XX001" or "XX002" } => new DamagedDatabaseException(Words(e), e),
        _ => new IOException($"the database failed: {Words(e)}", e),
    };

    public static string Words(Exception e) => e is PostgresException refused ? $"{refused.MessageText} ({refused.SqlState})" : e.Message;
}
